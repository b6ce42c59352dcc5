# SPDX-License-Identifier: Apache-2.0
"""The one exception of calls into COM."""


class com_error(Exception):
    """A call failed. args are pywin32's: (hresult, strerror, excepinfo, argerror), where excepinfo is None or
    (code, source, description, help file, help context, scode)."""

    def __init__(self, hresult=0, strerror=None, excepinfo=None, argerror=None):
        super().__init__(hresult, strerror, excepinfo, argerror)
        self.hresult, self.strerror, self.excepinfo, self.argerror = hresult, strerror, excepinfo, argerror

    @property
    def code(self):
        """The code of the failure itself: the member's where Invoke only says that there was one. Signed, 32 bits."""
        scode = self.excepinfo[5] if self.excepinfo else 0
        return scode or self.hresult

    @property
    def name(self):
        """The constant's name, such as "IMAPI_E_ITEM_NOT_FOUND"; else the number in hexadecimal."""
        from comeback import constants
        return constants.name_of_hresult(self.code)

    @property
    def source(self):
        return self.excepinfo[1] if self.excepinfo else None

    @property
    def description(self):
        return (self.excepinfo[2] if self.excepinfo else None) or self.strerror

    def __str__(self):
        return f"{self.description} ({self.name})"
