# SPDX-License-Identifier: Apache-2.0
"""What Python is told of the interfaces: constants.py, and type stubs for editors and checkers."""

import keyword
import re
from pathlib import Path

from parse import Coclass, Enumeration, Interface, Text

CODE = re.compile(r'#define (\w+) _HRESULT_TYPEDEF_\((0x[0-9A-Fa-f]{8})\)')
WINERROR = Path(__file__).parents[2] / 'include/comeback/com/winerror.h'
PLAIN = {'BSTR': 'str', 'VARIANT_BOOL': 'bool', 'DATE': 'datetime', 'double': 'float', 'VARIANT': 'Any',
         'SAFEARRAY': 'tuple[Any, ...]', 'IStream': '_Stream', 'IUnknown': 'Any', 'IDispatch': 'Any',
         'IEnumVARIANT': 'Iterator[Any]'}


BASES = {'IStream': '_Stream'}


def signed(code):
    return code - (1 << 32) if code >= 1 << 31 else code


def codes(units):
    """{name: code}; the first name of a code is its name."""
    texts = [WINERROR.read_text(encoding='utf-8')] + [item.line for unit in units for item in unit.of(Text)]
    return {name: signed(int(code, 16)) for text in texts for name, code in CODE.findall(text)}


def constants(units):
    lines = ['# SPDX-License-Identifier: Apache-2.0', '"""Every enumeration and return code of both APIs. Made by tools/idl."""', '']
    for unit in units:
        for enumeration in unit.of(Enumeration):
            lines += ['', f'# {enumeration.name}'] + [f'{name} = {value}' for name, value in enumeration.values]
    found = codes(units)
    lines += ['', '# Return codes, as signed numbers of 32 bits'] + [f'{name} = {code}' for name, code in found.items()]
    lines += ['', '_NAMES = {}', 'for _name in (']
    lines += [f'        "{name}",' for name in found]
    lines += ['):', '    _NAMES.setdefault(globals()[_name], _name)', 'del _name', '', '',
              'def name_of_hresult(code):', '    """Such as "VM_E_VM_UNKNOWN"; hexadecimal where a code has no name."""',
              '    return _NAMES.get(code, f"0x{code & 0xFFFFFFFF:08X}")', '']
    return '\n'.join(lines)


def python_type(cpp, interfaces):
    name = cpp.rstrip('*')
    if name in PLAIN:
        return PLAIN[name]
    return name if name in interfaces else 'int'


def argument(parameter, interfaces):
    name = parameter.name + '_' * keyword.iskeyword(parameter.name)
    optional = any(a.startswith(('optional', 'defaultvalue')) for a in parameter.attributes)
    wanted = python_type(parameter.type, interfaces)
    wanted = 'Sequence[Any] | bytes' if wanted.startswith('tuple') else wanted
    return f'{name}: {wanted}{" = ..." if optional else ""}'


def result(member, interfaces):
    """What comes out: the result, then what is filled by reference."""
    values = [p for p in member.parameters if p.retval] + [p for p in member.parameters if p.out and not p.retval and 'in' not in p.attributes]
    types = [python_type(p.type, interfaces) if not p.array else 'tuple[Any, ...]' for p in values]
    return types[0] if len(types) == 1 else f'tuple[{", ".join(types)}]' if types else 'None'


def inputs(member):
    return [p for p in member.parameters if not p.retval and not (p.out and 'in' not in p.attributes)]


def property_lines(name, getter, setter, interfaces):
    arguments = [argument(p, interfaces) for p in inputs(getter)] if getter else []
    if getter and arguments:
        return [f'    def {name}(self, {", ".join(arguments)}) -> {result(getter, interfaces)}: ...']
    wanted = result(getter, interfaces) if getter else 'None'
    lines = ['    @property', f'    def {name}(self) -> {wanted}: ...']
    if setter and len(setter.parameters) == 1:
        taken = argument(setter.parameters[0], interfaces).split(': ', 1)[1]
        lines += [f'    @{name}.setter', f'    def {name}(self, value: {taken}) -> None: ...']
    return lines


def interface_lines(interface, interfaces):
    base = interface.base if interface.base in interfaces else BASES.get(interface.base, '_Typed')
    lines = ['', '', f'class {interface.name}({base}):', f'    """{{{interface.iid}}}"""']
    done = set()
    for member in interface.members:
        if member.name in done or keyword.iskeyword(member.name):
            continue
        done.add(member.name)
        if member.kind == 'method':
            words = ', '.join(['self', *(argument(p, interfaces) for p in inputs(member))])
            lines.append(f'    def {member.name}({words}) -> {result(member, interfaces)}: ...')
        else:
            same = {m.kind: m for m in interface.members if m.name == member.name}
            lines += property_lines(member.name, same.get('propget'), same.get('propput'), interfaces)
    return lines


def default_interface(coclass, interfaces):
    """What an object of the class is typed as; None where it has nothing for Python."""
    first = coclass.interfaces[0] if coclass.interfaces else None
    return first if first in interfaces else BASES.get(first)


def aliases(units, interfaces):
    found = {c.name: default_interface(c, interfaces) for unit in units for c in unit.of(Coclass)}
    return [f'{name} = {first}' for name, first in found.items() if first]


def constants_stub(units):
    """The values are written out, so that an editor shows them."""
    lines = ['# SPDX-License-Identifier: Apache-2.0', '"""Made by tools/idl."""', 'from typing import Final', '']
    values = {name: value for unit in units for enumeration in unit.of(Enumeration) for name, value in enumeration.values}
    lines += [f'{name}: Final = {value}' for name, value in {**values, **codes(units)}.items()]
    return '\n'.join([*lines, '', 'def name_of_hresult(code: int) -> str: ...', ''])


def interface_stub(units, interfaces):
    lines = ['# SPDX-License-Identifier: Apache-2.0', '"""The interfaces, for type checkers alone. Made by tools/idl."""',
             'from collections.abc import Iterator, Sequence', 'from datetime import datetime', 'from typing import Any', '',
             'from comeback import Stream as _Stream, _Typed']
    for unit in units:
        for interface in unit.of(Interface):
            lines += interface_lines(interface, interfaces)
    lines += ['', '', '# Classes, by what they are used through'] + aliases(units, interfaces)
    return '\n'.join(lines) + '\n'


PACKAGE = '''

class com_error(Exception):
    hresult: int
    strerror: str | None
    excepinfo: tuple[int, str | None, str | None, str | None, int, int] | None
    argerror: int | None
    @property
    def code(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def source(self) -> str | None: ...
    @property
    def description(self) -> str | None: ...


class VARIANT:
    varianttype: int
    value: Any
    def __init__(self, vt: int, value: Any = None) -> None: ...


EMPTY: VARIANT
MISSING: VARIANT


class _Typed:
    """What every object does. Objects whose interface is known have no more than its members."""
    def __call__(self, *arguments: Any, **named: Any) -> Any: ...
    def __getitem__(self, index: Any) -> Any: ...
    def __setitem__(self, index: Any, value: Any) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...


class Object(_Typed):
    """An object of any interface: nothing of it is checked."""
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...


class Stream(io.RawIOBase):
    def __init__(self, source: Any) -> None: ...
    @classmethod
    def on_bytes(cls, initial: bytes = b"") -> Stream: ...
    @classmethod
    def on_file(cls, path: str | os.PathLike[str], mode: str = "rb") -> Stream: ...
    def __len__(self) -> int: ...
    def read(self, size: int = -1, /) -> bytes: ...
    def readall(self) -> bytes: ...
    def readinto(self, buffer: Any, /) -> int: ...
    def write(self, data: Any, /) -> int: ...
    def clone(self) -> Stream: ...
    def copy_to(self, other: Stream, size: int | None = None) -> int: ...


class Connection:
    def __init__(self, source: _Typed, handler: Any, weak: bool = False) -> None: ...
    def close(self) -> None: ...


def connect(source: _Typed, handler: Any) -> Connection: ...
def install_shim() -> None: ...
def DispatchWithEvents(class_or_object: str | _Typed, handler_class: type) -> Any: ...
'''


def package_stub(units, interfaces):
    lines = ['# SPDX-License-Identifier: Apache-2.0', '"""Made by tools/idl."""', 'import io', 'import os',
             'from collections.abc import Iterator', 'from typing import Any, Literal, overload', '',
             'from comeback import constants as constants, interfaces', PACKAGE, '']
    for coclass in (c for unit in units for c in unit.of(Coclass)):
        if coclass.progid and default_interface(coclass, interfaces):
            lines += ['@overload', f'def Dispatch(class_or_object: Literal["{coclass.progid}"]) -> interfaces.{coclass.name}: ...']
    lines += ['@overload', 'def Dispatch(class_or_object: str | _Typed) -> Any: ...', '']
    return '\n'.join(lines)


def files(units, interfaces):
    """{name: text} of the package's folder."""
    return {'constants.py': constants(units), 'constants.pyi': constants_stub(units), 'interfaces.pyi': interface_stub(units, interfaces),
            '__init__.pyi': package_stub(units, interfaces)}
