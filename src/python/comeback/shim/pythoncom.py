# SPDX-License-Identifier: Apache-2.0
"""What scripts for these two APIs use of pywin32's pythoncom. Part of comeback.install_shim()."""
import time

from comeback import EMPTY as Empty
from comeback import MISSING as Missing
from comeback import VARIANT, _com, com_error

__all__ = ["COINIT_APARTMENTTHREADED", "COINIT_MULTITHREADED", "CoInitialize", "CoInitializeEx", "CoUninitialize",
           "Empty", "Missing", "PumpWaitingMessages", "VARIANT", "com_error"]

COINIT_MULTITHREADED, COINIT_APARTMENTTHREADED = 0, 2
CLSCTX_ALL, CLSCTX_INPROC_SERVER, CLSCTX_LOCAL_SERVER, CLSCTX_SERVER = 23, 1, 4, 21

VT_EMPTY, VT_NULL, VT_I2, VT_I4, VT_R4, VT_R8, VT_CY, VT_DATE, VT_BSTR, VT_DISPATCH = range(10)
VT_ERROR, VT_BOOL, VT_VARIANT, VT_UNKNOWN, VT_DECIMAL = range(10, 15)
VT_I1, VT_UI1, VT_UI2, VT_UI4, VT_I8, VT_UI8, VT_INT, VT_UINT = range(16, 24)
VT_ARRAY, VT_BYREF = 0x2000, 0x4000

DISPATCH_METHOD, DISPATCH_PROPERTYGET, DISPATCH_PROPERTYPUT, DISPATCH_PROPERTYPUTREF = 1, 2, 4, 8
DISPID_VALUE, DISPID_NEWENUM, DISPID_PROPERTYPUT = 0, -4, -3


def CoInitialize():
    """Objects are free-threaded: there is one kind of apartment, and importing comeback has entered it."""
    CoInitializeEx(COINIT_MULTITHREADED)


def CoInitializeEx(_flags=COINIT_MULTITHREADED):
    _com.initialize(COINIT_MULTITHREADED)


def CoUninitialize():
    _com.uninitialize()


def PumpWaitingMessages():
    """Events come on threads of their own; giving up this thread's turn lets them in."""
    time.sleep(0)
    return 0
