# SPDX-License-Identifier: Apache-2.0
"""win32com.client.dynamic: every object here is a dynamic one."""
from comeback import Object as CDispatch
from win32com.client import Dispatch

__all__ = ["CDispatch", "Dispatch", "DumbDispatch"]
DumbDispatch = Dispatch
