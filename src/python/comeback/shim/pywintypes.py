# SPDX-License-Identifier: Apache-2.0
"""What scripts for these two APIs use of pywin32's pywintypes. Part of comeback.install_shim()."""
from datetime import datetime

from comeback import com_error
from pythoncom import IID, PyIID

__all__ = ["IID", "IIDType", "Time", "TimeType", "com_error", "error"]

error = com_error
TimeType, IIDType = datetime, PyIID


def Time(value):
    """A datetime from seconds since 1970 (in UTC, without a zone) or from a datetime."""
    if isinstance(value, datetime):
        return value
    return datetime.utcfromtimestamp(float(value))
