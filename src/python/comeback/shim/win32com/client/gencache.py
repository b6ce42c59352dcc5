# SPDX-License-Identifier: Apache-2.0
"""win32com.client.gencache: there is nothing to generate; constants come with comeback."""
import comeback

is_readonly = True


def EnsureDispatch(prog_id, bForDemand=1):
    from win32com.client import Dispatch
    return Dispatch(prog_id)


def EnsureModule(*_arguments, **_named):
    return comeback.constants


def GetModuleForProgID(_prog_id):
    return comeback.constants


def GetClassForProgID(_prog_id):
    return comeback.Object
