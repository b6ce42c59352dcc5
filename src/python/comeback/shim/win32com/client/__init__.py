# SPDX-License-Identifier: Apache-2.0
"""win32com.client, as far as scripts for these two APIs use it."""
import comeback
from comeback import VARIANT, constants
from win32com.client import gencache

__all__ = ["CastTo", "Dispatch", "DispatchEx", "DispatchWithEvents", "VARIANT", "WithEvents", "constants", "gencache"]


def Dispatch(dispatch, userName=None, resultCLSID=None, typeinfo=None, UnicodeToString=None, clsctx=None):
    """The further arguments of pywin32's are taken and mean nothing here."""
    return comeback.Dispatch(dispatch)


def DispatchEx(clsid, machine=None, userName=None, resultCLSID=None, typeinfo=None, UnicodeToString=None, clsctx=None):
    if machine not in (None, "", "localhost"):
        raise comeback.com_error(0x800706BA - (1 << 32), "Objects are made on this machine only.", None, None)
    return comeback.Dispatch(clsid)


def DispatchWithEvents(clsid, user_event_class):
    return comeback.DispatchWithEvents(clsid, user_event_class)


class _Handler:
    """What WithEvents gives: an instance of the user's class that holds its events."""

    def close(self):
        self._comeback_connection.close()


def WithEvents(disp, user_event_class):
    made = type(user_event_class.__name__, (user_event_class, _Handler), {})()
    made._comeback_connection = comeback.Connection(disp, made, weak=True)
    return made


def CastTo(ob, target, typelib=None):
    """Objects are late bound: every interface's members are reached through the object itself."""
    return ob
