# SPDX-License-Identifier: Apache-2.0
"""Objects: attributes, calls, items and iteration, all by IDispatch."""
from comeback import _com
from comeback._errors import com_error
from comeback._values import BYREF, MISSING, VARIANT

METHOD, GET, PUT, PUTREF = 1, 2, 4, 8
VT_DISPATCH, VT_UNKNOWN = 9, 13
DISPID_VALUE, DISPID_PROPERTYPUT = 0, -3
PARAMETER_IN, PARAMETER_OUT, PARAMETER_RESULT = 0x1, 0x2, 0x8
# What an object answers for a member that a plain read does not give: it wants arguments, or it is a method.
WANTS_ARGUMENTS = {code - (1 << 32) for code in (0x80020003, 0x8002000E, 0x8002000F)}


class Member:
    """One name of an interface: what reads it, writes it, calls it."""

    def __init__(self, name, dispid):
        self.name, self.dispid, self.kinds, self.parameters, self.put_type = name, dispid, 0, None, 0

    def add(self, kind, parameters):
        self.kinds |= kind
        if kind in (METHOD, GET):
            self.parameters = [p for p in parameters if not p[1] & PARAMETER_RESULT]
        elif parameters:
            self.put_type = parameters[-1][2]

    @property
    def is_plain(self):
        """Reading it needs no arguments: then the attribute is the value."""
        return bool(self.kinds & GET) and not self.parameters


class Interface:
    """What type information says of an interface; shared by all objects that have it."""
    known = {}

    def __init__(self, iid, name, functions):
        self.iid, self.name, self.members, self.by_id = iid, name, {}, {}
        for dispid, function, kind, parameters in functions:
            member = self.members.setdefault(function.lower(), Member(function, dispid))
            self.by_id.setdefault(dispid, member)
            member.add(kind, parameters)

    @classmethod
    def of(cls, unknown):
        row = _com.describe(unknown)
        if row is None:
            return cls("", "IDispatch", ())
        if row[0] not in cls.known:
            cls.known[row[0]] = cls(*row)
        return cls.known[row[0]]


def as_wanted(value, vartype):
    """None is a null object where an object is wanted, and VT_NULL elsewhere."""
    return VARIANT(vartype) if value is None and vartype in (VT_DISPATCH, VT_UNKNOWN) else value


def with_places(parameters, arguments, names):
    """Fills what the caller left to us: a place for each value that only comes out. None where there is no such."""
    if not any(flags & PARAMETER_OUT for _, flags, _ in parameters):
        return None
    if len(arguments) == len(parameters) or names:
        return None  # the caller gave VARIANTs of its own
    given, places, whole = list(arguments), [], []
    for _, flags, vartype in parameters:
        if flags & PARAMETER_OUT and not flags & PARAMETER_IN:
            places.append(VARIANT(vartype | BYREF))
            whole.append(places[-1])
        elif given:
            whole.append(given.pop(0))
        else:
            whole.append(MISSING)
    return (whole, places) if not given else None


class Bound:
    """A member that takes arguments: call it, index it, assign to an index of it."""

    def __init__(self, owner, member):
        self._owner, self._member = owner, member
        self.__name__ = member.name

    def __repr__(self):
        return f"<{self._member.name} of {self._owner!r}>"

    def _ids(self, names):
        return _com.ids_of_names(self._owner._com_, [self._member.name, *names])[1:] if names else []

    def __call__(self, *arguments, **named):
        # A parameter whose name is a Python word is spelled with an underscore behind it.
        ids = self._ids([name.rstrip("_") for name in named])
        flags = self._member.kinds & (METHOD | GET) or METHOD | GET
        parameters = self._member.parameters or ()
        wanted = [p[2] for p in parameters if p[1] & PARAMETER_IN or not p[1] & PARAMETER_OUT]
        arguments = [as_wanted(value, wanted[i] if i < len(wanted) else 0) for i, value in enumerate(arguments)]
        filled = with_places(parameters, arguments, ids)
        if filled is None:
            return _com.invoke(self._owner._com_, self._member.dispid, flags, (*arguments, *named.values()), ids)
        result = _com.invoke(self._owner._com_, self._member.dispid, flags, tuple(filled[0]), [])
        values = tuple(place.value for place in filled[1])
        return values[0] if result is None and len(values) == 1 else values if result is None else (result, *values)

    def __getitem__(self, index):
        return self(*index) if isinstance(index, tuple) else self(index)

    def __setitem__(self, index, value):
        indices = index if isinstance(index, tuple) else (index,)
        _com.invoke(self._owner._com_, self._member.dispid, PUT, (*indices, value), [DISPID_PROPERTYPUT])


class Object:
    """An object that is called by IDispatch. Names do not mind upper and lower case; any thread may call."""
    __slots__ = ("_com_", "_interface", "__weakref__")

    def __init__(self, unknown):
        object.__setattr__(self, "_com_", unknown)
        object.__setattr__(self, "_interface", Interface.of(unknown))

    def _find(self, name):
        """The ids of what type information does not tell are asked for once an interface."""
        found = self._interface.members.get(name.lower())
        if found is None:
            try:
                found = Member(name, _com.ids_of_names(self._com_, [name])[0])
            except com_error as error:
                raise AttributeError(f"{self._interface.name} has no member {name}", name=name, obj=self) from error
            if self._interface.iid:
                self._interface.members[name.lower()] = found
        return found

    def __getattr__(self, name):
        if name.startswith("_") and name.lower() != "_newenum" and name.endswith("_"):
            raise AttributeError(name)  # Python asks for names of its own: __len__, _variant_, …
        member = self._find(name)
        if member.is_plain:
            return _com.invoke(self._com_, member.dispid, GET, (), [])
        if member.kinds:
            return Bound(self, member)
        try:
            return _com.invoke(self._com_, member.dispid, GET, (), [])
        except com_error as error:
            if error.hresult in WANTS_ARGUMENTS:
                return Bound(self, member)
            raise

    def __setattr__(self, name, value):
        member = self._find(name)
        flags = member.kinds & (PUT | PUTREF) or PUT
        flags = PUT if flags & PUT else flags
        _com.invoke(self._com_, member.dispid, flags, (as_wanted(value, member.put_type),), [DISPID_PROPERTYPUT])

    def _default(self):
        return self._interface.by_id.get(DISPID_VALUE) or Member("value", DISPID_VALUE)

    def __call__(self, *arguments, **named):
        """The default member."""
        return Bound(self, self._default())(*arguments, **named)

    def __getitem__(self, index):
        """The default member of collections: obj[i] is obj(i), with the object's own indices and keys."""
        return self(*index) if isinstance(index, tuple) else self(index)

    def __setitem__(self, index, value):
        Bound(self, self._default())[index] = value

    def __len__(self):
        try:
            return int(self.Count)
        except AttributeError as error:
            raise TypeError(f"{self._interface.name} has no Count") from error

    def __bool__(self):
        return True  # an empty collection is an object all the same

    def __iter__(self):
        try:
            return _com.enumerate(self._com_)
        except com_error as error:
            if error.hresult == 0x80020003 - (1 << 32):
                raise TypeError(f"{self._interface.name} cannot be iterated") from error
            raise

    def __eq__(self, other):
        return isinstance(other, Object) and self._com_.identity == other._com_.identity

    def __hash__(self):
        return hash(self._com_.identity)

    def __dir__(self):
        return sorted({*object.__dir__(self), *(member.name for member in self._interface.members.values())})

    def __repr__(self):
        return f"<comeback {self._interface.name} at {self._com_.identity:#x}>"
