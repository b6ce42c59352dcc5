# SPDX-License-Identifier: Apache-2.0
"""What the module needs of Python's own library, and values that carry their type."""
from datetime import date, datetime, timedelta, timezone

from comeback._errors import com_error

__all__ = ["BYREF", "EMPTY", "MISSING", "VARIANT", "com_error", "date", "from_date", "to_date"]

EPOCH = datetime(1899, 12, 30)
BYREF = 0x4000


def to_date(when):
    """Days since EPOCH; before it the fraction still counts forward. A time with a zone becomes one in UTC,
    a day begins at midnight."""
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day)
    if when.tzinfo is not None:
        when = when.astimezone(timezone.utc).replace(tzinfo=None)
    span = when - EPOCH
    fraction = (span - timedelta(days=span.days)) / timedelta(days=1)
    return span.days + fraction if span.days >= 0 else span.days - fraction


def from_date(days):
    """To the millisecond: a DATE holds little more."""
    whole = int(days)
    milliseconds = round(abs(days - whole) * 86_400_000)
    return EPOCH + timedelta(days=whole, milliseconds=milliseconds)


class VARIANT:
    """A value with the type it shall have: VARIANT(VT_BYREF | VT_I4, 0). One by reference has the new value after
    the call."""

    def __init__(self, vt, value=None):
        self.varianttype, self.value = vt, value

    def __repr__(self):
        return f"VARIANT({self.varianttype:#x}, {self.value!r})"

    def _variant_(self):
        return self.varianttype, self.value

    def _store_(self, value):
        if self.varianttype & BYREF:
            self.value = value


MISSING = VARIANT(10, 0x80020004 - (1 << 32))
"""An argument that is left out: VT_ERROR with DISP_E_PARAMNOTFOUND."""
EMPTY = VARIANT(0)
