# SPDX-License-Identifier: Apache-2.0
"""Windows Virtual PC's and IMAPI 2's automation APIs on Linux.

    import comeback
    image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
    image.Root.AddTree("/usr/include/linux", False)
    result = image.CreateResultImage()

Importing initialises COM for the process, multi-threaded; the end of the program lets running tasks finish."""
import atexit
import pathlib
import signal
import sys
import threading

from comeback import _com, constants
from comeback._dispatch import Interface, Object
from comeback._errors import com_error
from comeback._events import Connection, connect, with_events
from comeback._stream import Stream
from comeback._values import EMPTY, MISSING, VARIANT

__all__ = ["Connection", "Dispatch", "DispatchWithEvents", "EMPTY", "Interface", "MISSING", "Object", "Stream",
           "VARIANT", "com_error", "connect", "constants", "install_shim"]


def _wrap(unknown):
    return Stream(unknown) if _com.is_stream(unknown) else Object(unknown)


def Dispatch(class_or_object):
    """An object of a class, by ProgID or "{CLSID}"; what is an object already stays it. Classes of streams give a
    Stream."""
    if isinstance(class_or_object, (Object, Stream)):
        return class_or_object
    if class_or_object is None:
        raise TypeError("comeback: None is neither a class nor an object")
    return _wrap(_com.create(str(class_or_object)))


def DispatchWithEvents(class_or_object, handler_class):
    """An object whose events call methods of itself: it has `handler_class` as a base. Keep it; close() ends the
    events. Attributes of the handler's own are those that its class or its __init__ has; other names are members of the
    object, and an error where it has no such."""
    if not isinstance(handler_class, type):
        raise TypeError(f"comeback: a handler is a class, not {handler_class!r}")
    return with_events(Dispatch(class_or_object), handler_class)


def install_shim():
    """From here on `import win32com.client`, `pythoncom` and `pywintypes` find what scripts for these two APIs use
    of them. An installed pywin32 comes first."""
    path = str(pathlib.Path(__file__).parent / "shim")
    if path not in sys.path:
        sys.path.append(path)


def _leave():
    """A task that runs is waited for: Ctrl-C ends that, and the process with it, for nothing of Python looks for it."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _com.close_all_sinks()
    _com.uninitialize()


_com.set_wrapper(_wrap)
_com.initialize(0)
atexit.register(_leave)
