# SPDX-License-Identifier: Apache-2.0
"""What scripts for these two APIs use of pywin32's pythoncom. Part of comeback.install_shim()."""
import threading
import time
import uuid

import comeback
from comeback import EMPTY as Empty
from comeback import MISSING as Missing
from comeback import VARIANT, Object, Stream, _com, com_error

COINIT_MULTITHREADED, COINIT_APARTMENTTHREADED = 0, 2
CLSCTX_INPROC_SERVER, CLSCTX_INPROC_HANDLER, CLSCTX_LOCAL_SERVER, CLSCTX_REMOTE_SERVER = 1, 2, 4, 16
CLSCTX_INPROC, CLSCTX_SERVER, CLSCTX_ALL = 3, 21, 23

VT_EMPTY, VT_NULL, VT_I2, VT_I4, VT_R4, VT_R8, VT_CY, VT_DATE, VT_BSTR, VT_DISPATCH = range(10)
VT_ERROR, VT_BOOL, VT_VARIANT, VT_UNKNOWN, VT_DECIMAL = range(10, 15)
VT_I1, VT_UI1, VT_UI2, VT_UI4, VT_I8, VT_UI8, VT_INT, VT_UINT = range(16, 24)
VT_ARRAY, VT_BYREF = 0x2000, 0x4000

DISPATCH_METHOD, DISPATCH_PROPERTYGET, DISPATCH_PROPERTYPUT, DISPATCH_PROPERTYPUTREF = 1, 2, 4, 8
INVOKE_FUNC, INVOKE_PROPERTYGET, INVOKE_PROPERTYPUT, INVOKE_PROPERTYPUTREF = 1, 2, 4, 8
DISPID_VALUE, DISPID_UNKNOWN, DISPID_PROPERTYPUT, DISPID_NEWENUM = 0, -1, -3, -4

Nothing = VARIANT(VT_DISPATCH, None)
ArgNotFound = Missing
error = com_error
MK_E_UNAVAILABLE, MK_E_SYNTAX, E_NOINTERFACE = (code - (1 << 32) for code in (0x800401E3, 0x800401E4, 0x80004002))


class PyIID:
    """A GUID. Equal to its text in any case."""

    def __init__(self, text):
        self._text = "{" + str(uuid.UUID(str(text))).upper() + "}"

    def __str__(self):
        return self._text

    def __repr__(self):
        return f"IID('{self._text}')"

    def __eq__(self, other):
        return str(other).upper() == self._text

    def __hash__(self):
        return hash(self._text)


def IID(text):
    """Of "{…}", or of a class's name."""
    return PyIID(text) if str(text).startswith("{") else PyIID(_com.clsid_of(text))


IID_IUnknown = PyIID("{00000000-0000-0000-C000-000000000046}")
IID_IDispatch = PyIID("{00020400-0000-0000-C000-000000000046}")
IID_ISequentialStream = PyIID("{0C733A30-2A1C-11CE-ADE5-00AA0044773D}")
IID_IStream = PyIID("{0000000C-0000-0000-C000-000000000046}")
IID_IEnumVARIANT = PyIID("{00020404-0000-0000-C000-000000000046}")
IID_IConnectionPointContainer = PyIID("{B196B284-BAB4-101A-B69C-00AA00341D07}")
STREAMS = (IID_IStream, IID_ISequentialStream)


class PyIUnknown:
    """An object of which no member is known: what QueryInterface is called on."""

    def __init__(self, held):
        self._held = held

    @property
    def _com_(self):
        return self._held._com_

    def __eq__(self, other):
        mine, others = self._com_, getattr(other, "_com_", None)
        return others is not None and mine.identity == others.identity

    def __hash__(self):
        return hash(self._com_.identity)

    def QueryInterface(self, iid, useIID=None):
        return query_interface(self._held, iid)


class PyIDispatch(PyIUnknown):
    """The calls of IDispatch, one by one."""

    def GetIDsOfNames(self, *names):
        """(lcid, name…) or (name…); one number for one name."""
        words = names[1:] if names and isinstance(names[0], int) else names
        ids = _com.ids_of_names(self._com_, list(words))
        return ids[0] if len(ids) == 1 else tuple(ids)

    def Invoke(self, dispid, _lcid, flags, _result_wanted, *arguments):
        named = [DISPID_PROPERTYPUT] if flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF) else []
        return _com.invoke(self._com_, dispid, flags, arguments, named)

    def InvokeTypes(self, dispid, lcid, flags, _result_type, _argument_types, *arguments):
        return self.Invoke(dispid, lcid, flags, True, *arguments)

    def GetTypeInfoCount(self):
        return 0 if _com.interface_id(self._com_) is None else 1


class PyIStream(PyIUnknown):
    """The calls of IStream on a comeback.Stream."""

    def Read(self, numBytes):
        return self._held.read(numBytes)

    read = Read

    def Write(self, data):
        return self._held.write(data)

    write = Write

    def Seek(self, offset, origin=0):
        return self._held.seek(offset, origin)

    def SetSize(self, newSize):
        self._held.truncate(newSize)

    def Stat(self, grfStatFlag=0):
        """(name, type, size, three times, mode, locks, class, state bits, reserved): what a stream on bytes has."""
        return (None, 2, len(self._held), None, None, None, 0, 0, PyIID(uuid.UUID(int=0)), 0, 0)

    def CopyTo(self, stream, cb):
        return self._held.copy_to(stream._held if isinstance(stream, PyIStream) else stream, cb)

    def Commit(self, flags=0):
        self._held.flush()

    def Revert(self):
        pass

    def Clone(self):
        return PyIStream(self._held.clone())


def query_interface(held, iid):
    """What pywin32 gives for the interface: PyIStream, PyIDispatch, PyIUnknown; others have no class of their own."""
    if iid in STREAMS:
        return PyIStream(held if isinstance(held, Stream) else Stream(held._com_))
    if iid == IID_IDispatch and isinstance(held, Object):
        return PyIDispatch(held)
    if iid == IID_IUnknown:
        return PyIUnknown(held)
    if isinstance(held, Object) and held._interface.iid == str(iid):
        return PyIDispatch(held)
    raise com_error(E_NOINTERFACE, _com.sentence_of(E_NOINTERFACE), None, None)


def CoInitialize():
    """Objects are free-threaded: there is one kind of apartment, and importing comeback has entered it."""
    CoInitializeEx(COINIT_MULTITHREADED)


def CoInitializeEx(_flags=COINIT_MULTITHREADED):
    _com.initialize(COINIT_MULTITHREADED)


def CoUninitialize():
    _com.uninitialize()


def CoInitializeSecurity(*_arguments):
    """There is nothing to secure: objects are of this process."""


def CoCreateInstance(clsid, unkOuter=None, context=CLSCTX_ALL, iid=IID_IUnknown):
    if unkOuter is not None:
        code = comeback.constants.CLASS_E_NOAGGREGATION
        raise com_error(code, _com.sentence_of(code), None, None)
    return query_interface(Object(_com.create(str(clsid))), iid)


def GetActiveObject(clsid):
    """No class of these APIs registers a running object."""
    IID(clsid)
    raise com_error(MK_E_UNAVAILABLE, _com.sentence_of(MK_E_UNAVAILABLE), None, None)


def CoMarshalInterThreadInterfaceInStream(_iid, unknown):
    """Any thread may call any object: it is handed over as it is."""
    return unknown


def CoGetInterfaceAndReleaseStream(stream, _iid):
    return stream


def CreateStreamOnHGlobal(hGlobal=None, deleteOnRelease=True):
    if hGlobal is not None:
        raise com_error(E_NOINTERFACE, "Streams are made on memory of their own.", None, None)
    return PyIStream(Stream.on_bytes())


def CreateGuid():
    return PyIID(uuid.uuid4())


def PumpWaitingMessages(*_filter):
    """Events come on threads of their own; giving up this thread's turn lets them in."""
    time.sleep(0)
    return 0


def PumpMessages():
    """Waits for Ctrl-C, as there are no messages that could end it."""
    while True:
        threading.Event().wait(1)


# Objects and streams have then what pywin32's have.
Object._oleobj_ = property(PyIDispatch)
Object._FlagAsMethod = lambda self, *names: None
Stream.QueryInterface = query_interface
