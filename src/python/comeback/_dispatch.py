# SPDX-License-Identifier: Apache-2.0
"""Objects: attributes, calls, items and iteration, all by IDispatch."""
import functools
import threading
import time

from comeback import _com
from comeback._errors import com_error
from comeback._values import BYREF, MISSING, VARIANT

METHOD, GET, PUT, PUTREF = 1, 2, 4, 8
VT_DISPATCH, VT_UNKNOWN = 9, 13
DISPID_VALUE, DISPID_PROPERTYPUT = 0, -3
PARAMETER_IN, PARAMETER_OUT, PARAMETER_RESULT, PARAMETER_OPTIONAL = 0x1, 0x2, 0x8, 0x10
ARRAY, VT_UI1 = 0x2000, 17
NOTHING = (0, 24, 25)  # VT_EMPTY, VT_VOID, VT_HRESULT
TYPE_NAMES = {4: "float", 5: "float", 6: "Decimal", 7: "datetime", 8: "str", 9: "Object", 11: "bool", 12: "Any",
              13: "Object", 14: "Decimal"}
# What an object answers for a member that a plain read does not give: it wants arguments, or it is a method.
WANTS_ARGUMENTS = {code - (1 << 32) for code in (0x80020003, 0x8002000E, 0x8002000F)}


class Member:
    """One name of an interface: what reads it, writes it, calls it."""

    def __init__(self, name, dispid):
        self.name, self.dispid, self.kinds, self.parameters, self.put_type, self.result = name, dispid, 0, None, 0, 0

    def add(self, kind, parameters, result):
        self.kinds |= kind
        if kind in (METHOD, GET):
            self.parameters = [p for p in parameters if not p[1] & PARAMETER_RESULT]
            self.result = next((p[2] for p in parameters if p[1] & PARAMETER_RESULT), result)
        elif parameters:
            self.put_type = parameters[-1][2]

    @property
    def is_plain(self):
        """Reading it needs no arguments: then the attribute is the value."""
        return bool(self.kinds & GET) and not self.parameters

    @property
    def flags(self):
        return self.kinds & (METHOD | GET) or METHOD | GET

    @property
    def quick(self):
        """What object_base answers by: a DISPID, or all that a call needs and whether it needs no more."""
        if self.is_plain:
            return self.dispid
        plain = self.name not in SPECIAL_CALLS and not any(p[1] & PARAMETER_OUT for p in self.parameters or ())
        return (self, self.dispid, self.flags, plain)

    @property
    def why_not_written(self):
        """What an assignment is told; None where it may be tried."""
        if not self.kinds or self.kinds & (PUT | PUTREF):
            return None
        return "is read only" if self.kinds & GET else "is a method"

    def told(self, sentence, position):
        """What automation says of a call, with the member, and the argument that it is about."""
        named = self.parameters or ()
        about = f", argument {named[position][0] or 'value'}" if 0 <= position < len(named) else ""
        return f"{self}{about}: {sentence}"

    def __str__(self):
        """As in Python: `VolumeName: str`, or `Exists(fullPath: str) -> int`."""
        if self.is_plain or not self.kinds & (METHOD | GET):
            rights = "" if self.kinds & GET else "  # written only"
            rights = rights or ("" if self.kinds & (PUT | PUTREF) else "  # read only")
            return f"{self.name}: {type_name(self.result or self.put_type)}{rights}"
        inputs = [p for p in self.parameters or () if not only_out(p)]
        outputs = [self.result] * (self.result not in NOTHING) + [p[2] for p in self.parameters or () if only_out(p)]
        words = [f"{name or 'value'}: {type_name(vartype)}{' = ...' * bool(flags & PARAMETER_OPTIONAL)}"
                 for name, flags, vartype in inputs]
        made = ", ".join(map(type_name, outputs))
        return f"{self.name}({', '.join(words)}) -> {f'tuple[{made}]' if len(outputs) > 1 else made or 'None'}"


def only_out(parameter):
    return parameter[1] & PARAMETER_OUT and not parameter[1] & PARAMETER_IN


def type_name(vartype):
    if vartype & ARRAY:
        return "bytes" if vartype & ~(ARRAY | BYREF) == VT_UI1 else "tuple"
    return TYPE_NAMES.get(vartype & ~BYREF, "int")


class Interface:
    """What type information says of an interface; shared by all objects that have it."""
    known = {}

    def __init__(self, iid, name, functions):
        self.iid, self.name, self.members, self.by_id, self.quick = iid, name, {}, {}, {}
        for dispid, function, kind, parameters, result in functions:
            member = self.members.setdefault(function.lower(), Member(function, dispid))
            self.by_id.setdefault(dispid, member)
            member.add(kind, parameters, result)

    @classmethod
    def of(cls, unknown):
        iid = _com.interface_id(unknown)
        if iid is None:
            return cls("", "IDispatch", ())
        found = cls.known.get(iid)
        if found is None:
            found = cls.known.setdefault(iid, cls(*_com.describe(unknown)))
        return found

    @functools.cached_property
    def python_class(self):
        """So that type(obj) and help(obj) say what obj is."""
        text = "\n".join(map(str, self.members.values()))
        return type(self.name, (Object,),
                    {"__slots__": (), "__module__": "comeback", "__doc__": f"{self.iid}\n\n{text}", "_described": self})


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


def wait_in_slices(bound, timeout):
    """WaitForCompletion so that Ctrl-C ends the wait, though not the task: only between calls Python looks for it."""
    call = functools.partial(_com.invoke, bound._owner._com_, bound._member.dispid, METHOD, about=bound._member)
    sliced = timeout == -1 or isinstance(timeout, int) and WAIT_SLICE < timeout <= MOST_WAIT
    if not sliced or threading.current_thread() is not threading.main_thread():
        return call((timeout,), [])
    end = None if timeout == -1 else time.monotonic() + timeout / 1000
    while not bound._owner.IsComplete:
        left = WAIT_SLICE if end is None else min(WAIT_SLICE, int((end - time.monotonic()) * 1000) + 1)
        if left <= 0:
            break
        call((left,), [])
    return None


WAIT_SLICE, MOST_WAIT = 100, 4_000_000  # milliseconds
SPECIAL_CALLS = {"WaitForCompletion": wait_in_slices}


class Bound(_com.bound_base):
    """A member that takes arguments: call it, index it, assign to an index of it."""
    __slots__ = ()

    @property
    def __name__(self):
        return self._member.name

    @property
    def __doc__(self):
        return str(self._member)

    def __repr__(self):
        return f"<{self._member} of {self._owner!r}>"

    def _ids(self, names):
        if not names:
            return []
        try:
            return _com.ids_of_names(self._owner._com_, [self._member.name, *names])[1:]
        except com_error as error:
            raise com_error(error.hresult, f"{self._member} has no argument of the name {' or '.join(names)}") from None

    def _call_(self, *arguments, **named):
        """What bound_base does not do by itself."""
        special = SPECIAL_CALLS.get(self._member.name)
        if special and len(arguments) + len(named) == 1:
            return special(self, *arguments, *named.values())
        # A parameter whose name is a Python word is spelled with an underscore behind it.
        ids = self._ids([name.rstrip("_") for name in named])
        parameters = self._member.parameters or ()
        wanted = [p[2] for p in parameters if p[1] & PARAMETER_IN or not p[1] & PARAMETER_OUT]
        arguments = [as_wanted(value, wanted[i] if i < len(wanted) else 0) for i, value in enumerate(arguments)]
        filled = with_places(parameters, arguments, ids)
        if filled is None:
            # Invoke takes the arguments from the last to the first, the named ones first of all.
            return _com.invoke(self._owner._com_, self._member.dispid, self._member.flags,
                               (*arguments, *named.values()), ids, self._member)
        result = _com.invoke(self._owner._com_, self._member.dispid, self._member.flags, tuple(filled[0]), [],
                             self._member)
        values = tuple(place.value for place in filled[1])
        return values[0] if result is None and len(values) == 1 else values if result is None else (result, *values)

    def __getitem__(self, index):
        return self(*index) if isinstance(index, tuple) else self(index)

    def __setitem__(self, index, value):
        indices = index if isinstance(index, tuple) else (index,)
        _com.invoke(self._owner._com_, self._member.dispid, PUT, (*indices, value), [DISPID_PROPERTYPUT], self._member)


_com.set_bound(Bound)


class Object(_com.object_base):
    """An object that is called by IDispatch. Names do not mind upper and lower case; any thread may call."""
    __slots__ = ()
    _described = None  # the interface, in the classes that are made for one

    def __new__(cls, unknown=None):
        if cls is Object and isinstance(unknown, _com.unknown):
            cls = Interface.of(unknown).python_class
        return super().__new__(cls)

    def __init__(self, unknown):
        if not isinstance(unknown, _com.unknown):
            raise TypeError(f"comeback: an object is made by Dispatch, not of {unknown!r}")
        interface = self._described or Interface.of(unknown)
        _com.object_base.__init__(self, unknown, interface, interface.quick)

    def _find(self, name):
        """The ids of what type information does not tell are asked for once."""
        found = self._interface.members.get(name.lower())
        if found is None:
            try:
                found = Member(name, _com.ids_of_names(self._com_, [name])[0])
            except com_error as error:
                raise AttributeError(f"{self._interface.name} has no member {name}", name=name, obj=self) from error
            self._interface.members[name.lower()] = found  # without type information the object has one of its own
        return found

    def _get_(self, name):
        """Attributes that neither the class has nor object_base knows: it knows them from then on."""
        if name == "_interface" or name.startswith("_") and name.endswith("_"):
            raise AttributeError(name)  # Python asks for names of its own: __len__, _variant_, …
        member = self._find(name)
        if member.kinds:
            self._interface.quick[name] = member.quick
            return getattr(self, name)
        try:
            return _com.invoke(self._com_, member.dispid, GET, (), [])
        except com_error as error:
            if error.hresult in WANTS_ARGUMENTS:
                return Bound(self, member)
            raise

    def __setattr__(self, name, value):
        member = self._find(name)
        if member.why_not_written:
            raise AttributeError(f"{member.name} of {self._interface.name} {member.why_not_written}")
        flags = member.kinds & (PUT | PUTREF) or PUT
        flags = PUT if flags & PUT else flags
        _com.invoke(self._com_, member.dispid, flags, (as_wanted(value, member.put_type),), [DISPID_PROPERTYPUT], member)

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

    def __reduce_ex__(self, _protocol):
        raise TypeError(f"{self!r} cannot be copied or pickled")

    def __dir__(self):
        return sorted({*object.__dir__(self), *(member.name for member in self._interface.members.values())})

    def __repr__(self):
        return f"<comeback {self._interface.name} at {self._com_.identity:#x}: {len(self._interface.members)} members>"
