# SPDX-License-Identifier: Apache-2.0
"""win32com.client, as far as scripts for these two APIs use it."""
import comeback
import pythoncom
from comeback import VARIANT, constants
from comeback import Object as CDispatch
from win32com.client import gencache

__all__ = ["CDispatch", "CastTo", "Dispatch", "DispatchEx", "DispatchWithEvents", "GetActiveObject", "GetObject", "VARIANT",
           "WithEvents", "constants", "gencache"]


def Dispatch(dispatch, userName=None, resultCLSID=None, typeinfo=None, UnicodeToString=None, clsctx=None):
    """The further arguments of pywin32's are taken and mean nothing here."""
    if isinstance(dispatch, pythoncom.PyIUnknown):
        dispatch = dispatch._held
    return dispatch if isinstance(dispatch, comeback.Stream) else comeback.Dispatch(dispatch)


def GetActiveObject(Class, clsctx=pythoncom.CLSCTX_ALL):
    return Dispatch(pythoncom.GetActiveObject(Class))


def GetObject(Pathname=None, Class=None, clsctx=None):
    """An object by name, which here is "new:" and a class; no class of these APIs registers a running object."""
    if (Pathname is None) == (Class is None):
        raise ValueError("GetObject takes Pathname or Class, and one of them")
    if Class is not None:
        return GetActiveObject(Class)
    if not Pathname.lower().startswith("new:"):
        raise comeback.com_error(pythoncom.MK_E_SYNTAX, "Only new:CLASS is a name here.", None, None)
    return comeback.Dispatch(Pathname[4:])


def DispatchEx(clsid, machine=None, userName=None, resultCLSID=None, typeinfo=None, UnicodeToString=None, clsctx=None):
    if machine not in (None, "", "localhost"):
        raise comeback.com_error(0x800706BA - (1 << 32), "Objects are made on this machine only.", None, None)
    return comeback.Dispatch(clsid)


def DispatchWithEvents(clsid, user_event_class):
    return comeback.DispatchWithEvents(Dispatch(clsid), user_event_class)


class _Handler:
    """What WithEvents gives: an instance of the user's class that holds its events."""

    def close(self):
        self._comeback_connection.close()


def WithEvents(disp, user_event_class):
    made = type(user_event_class.__name__, (user_event_class, _Handler), {})()
    made._comeback_connection = comeback.Connection(Dispatch(disp), made, weak=True)
    return made


def CastTo(ob, target, typelib=None):
    """Objects are late bound: every interface's members are reached through the object itself."""
    return ob
