# SPDX-License-Identifier: Apache-2.0
"""pywin32's winerror: the return codes. Part of comeback.install_shim()."""
from comeback import constants

globals().update({name: value for name, value in vars(constants).items() if not name.startswith("_")})


def HRESULT_CODE(hr):
    return hr & 0xFFFF


def HRESULT_FACILITY(hr):
    return hr >> 16 & 0x1FFF


def SUCCEEDED(hr):
    return hr >= 0


def FAILED(hr):
    return hr < 0
