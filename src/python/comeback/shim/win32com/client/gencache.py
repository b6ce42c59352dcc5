# SPDX-License-Identifier: Apache-2.0
"""win32com.client.gencache: there is nothing to generate; constants come with comeback."""
import comeback


def EnsureDispatch(prog_id, bForDemand=1):
    return comeback.Dispatch(prog_id)


def EnsureModule(*_arguments, **_named):
    return None
