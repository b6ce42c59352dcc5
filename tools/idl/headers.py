# SPDX-License-Identifier: Apache-2.0
"""Writes the header a client includes from one IDL file."""

from parse import Alias, Coclass, Enumeration, Forward, Interface, Structure, Text

SOURCES = {'VirtualPC': 'the pages of Windows Virtual PC', 'IMAPI2': 'the pages of imapi2.h',
           'IMAPI2FS': 'the pages of imapi2fs.h'}
LONGS = {'LONG': 'long', 'ULONG': 'unsigned long'}


def spellings(stem):
    """How else sources for Windows write the header's name, where case does not matter."""
    if stem != stem.lower():
        return [stem.lower()]
    return [stem.capitalize(), stem.upper()]


def respelled(stem):
    return (f'// SPDX-License-Identifier: Apache-2.0\n// Another spelling of <{stem}.h>.\n'
            f'#pragma once\n#include <{stem}.h>\n')


def guid_words(text):
    a, b, c, d, e = text.split('-')
    tail = d + e
    return ', '.join(['0x' + a.upper(), '0x' + b.upper(), '0x' + c.upper()] +
                     ['0x' + tail[i:i + 2].upper() for i in range(0, 16, 2)])


def uuid_line(prefix, name, uuid):
    return f'COMEBACK_UUID({prefix}, {name}, {guid_words(uuid)})'


def narrow(parameter, aliases):
    """The 32-bit integer an [out] parameter points to, where a client may hold a 64-bit long instead."""
    base = parameter.type.removesuffix('*')
    base = aliases.get(base, base)
    plain = parameter.type.count('*') == 1 and parameter.out and not parameter.array
    return base if plain and base in LONGS else None


def declared(parameter, kind=None):
    return f'{kind or parameter.type} {parameter.name}{parameter.array}'


def member_lines(member, interface, aliases):
    arguments = ', '.join(declared(p) for p in member.parameters)
    lines = [f'  virtual HRESULT STDMETHODCALLTYPE {member.function}({arguments}) = 0;']
    wide = {p.name: narrow(p, aliases) for p in member.parameters if narrow(p, aliases)}
    if not wide:
        return lines
    arguments = ', '.join(declared(p, LONGS[wide[p.name]] + '*' if p.name in wide else None)
                          for p in member.parameters)
    lines.append(f'  HRESULT {member.function}({arguments}) const {{')
    for name, kind in wide.items():
        lines.append(f'    {kind} {name}_32 = 0;')
    passed = ', '.join(f'{p.name} ? &{p.name}_32 : static_cast<{wide[p.name]}*>(nullptr)' if p.name in wide
                       else p.name for p in member.parameters)
    lines.append(f'    const HRESULT hr = const_cast<{interface}*>(this)->{member.function}({passed});')
    for name in wide:
        lines.append(f'    if ({name}) *{name} = {name}_32;')
    return lines + ['    return hr;', '  }']


def interface_lines(interface, aliases):
    lines = [f'struct {interface.name} : {interface.base} {{']
    if not interface.dispinterface:
        for member in interface.members:
            lines += member_lines(member, interface.name, aliases)
    lines += [' protected:', f'  ~{interface.name}() = default;']
    return lines + ['};', uuid_line('IID_', interface.name, interface.iid), '']


def item_lines(item, aliases):
    if isinstance(item, Text):
        return [item.line]
    if isinstance(item, Alias):
        return [f'typedef {item.type} {item.name};']
    if isinstance(item, Forward):
        return [f'struct {item.name};']
    if isinstance(item, Enumeration):
        values = ',\n'.join(f'  {name} = {value}' for name, value in item.values)
        return [f'typedef enum {item.name} : int {{\n{values}\n}} {item.name};']
    if isinstance(item, Structure):
        fields = ''.join(f'  {kind} {name}{array};\n' for kind, name, array in item.fields)
        return [f'typedef struct {item.tag} {{\n{fields}}} {item.name};']
    if isinstance(item, Interface):
        return interface_lines(item, aliases)
    assert isinstance(item, Coclass)
    return [f'class {item.name};', uuid_line('CLSID_', item.name, item.clsid)]


def header(unit):
    aliases = {a.name: a.type for a in unit.of(Alias)}
    lines = ['// SPDX-License-Identifier: Apache-2.0', f'// Made by tools/idl from idl/{unit.stem}.idl.',
             '#pragma once', '#pragma GCC system_header', '']
    if unit.library:
        lines += ['// Objects may be called from any thread, also at the same time; events come on the thread of the work',
                  '// that they tell of. Error information is that of the last call of the thread.',
                  f'// Shapes: {SOURCES[unit.library[0]]} in Microsoft\'s Win32 reference.', '']
        # As in the SDK: whoever includes this header alone has <windows.h> and OLE too, unless he declines.
        lines += ['#ifndef COM_NO_WINDOWS_H', '#include <ole2.h>', '#include <windows.h>', '#endif']
    imports = ['objbase', 'ocidl'] + unit.imports if unit.imports else ['winerror']
    lines += [f'#include <{name}.h>' for name in imports]
    if unit.stem in ('imapi2', 'imapi2fs'):
        lines.append(f'#include <{unit.stem}error.h>')
    lines.append('')
    if unit.library:
        name, libid, _ = unit.library
        words = guid_words(libid).split(', ')
        lines += [f'inline constexpr GUID LIBID_{name}{{{", ".join(words[:3])}, {{{", ".join(words[3:])}}}}};', '']
    for item in unit.items:
        lines += item_lines(item, aliases)
    return '\n'.join(lines) + '\n'
