# SPDX-License-Identifier: Apache-2.0
"""Writes what the COM layer needs to know about the interfaces: bases, E_NOTIMPL members, dispatch tables."""

from parse import Coclass, Interface

# What automation can carry; a member with any other type is in the table, but late-bound callers get
# DISP_E_BADVARTYPE.
NOT_AUTOMATION = ('GUESTOSVERSIONINFOEX',)


def chain(interface, interfaces):
    """The interface and its bases, as far as they are described here; base first."""
    found = []
    while interface:
        found.insert(0, interface)
        interface = interfaces.get(interface.base)
    return found


def root_is(name, interface, interfaces):
    return chain(interface, interfaces)[0].base == name


def pointer(interface, member):
    types = ', '.join(member.types)
    return f'static_cast<HRESULT (STDMETHODCALLTYPE {interface}::*)({types})>(&{interface}::{member.function})'


def bases_and_stubs(unit, interfaces):
    lines = ['// SPDX-License-Identifier: Apache-2.0', f'// Made by tools/idl from idl/{unit.stem}.idl.',
             '#pragma once', '#pragma GCC system_header', '', '#include "com/interface.hpp"', '', f'#include <{unit.stem}.h>', '',
             'namespace comeback::com {', '']
    for interface in unit.of(Interface):
        lines += [f'template <>\nstruct base_of<{interface.name}> {{\n  using type = {interface.base};\n}};']
        # IStream's own members have no stubs: a stream is written whole.
        if not interface.dispinterface and not root_is('IStream', interface, interfaces):
            lines += stub(interface, interfaces)
        if root_is('IDispatch', interface, interfaces):
            lines.append(f'template <>\nstd::span<const member> members_of<{interface.name}>() noexcept;')
        lines.append('')
    return '\n'.join(lines + ['}  // namespace comeback::com', ''])


def stub(interface, interfaces):
    lines = [f'template <>\nclass unimplemented<{interface.name}> : public {interface.name} {{', ' public:']
    for part in chain(interface, interfaces):
        for member in part.members:
            types = ', '.join(member.types)
            lines.append(f'  HRESULT STDMETHODCALLTYPE {member.function}({types}) noexcept override {{')
            lines.append(f'    return not_implemented(L"{part.name}::{member.function}");')
            lines.append('  }')
    return lines + ['', ' protected:', '  ~unimplemented() = default;', '};']


def row(interface, member):
    kind = {'propget': 'get', 'propput': 'put'}.get(member.kind, 'method')
    if interface.dispinterface or any(t in k for k in member.types for t in NOT_AUTOMATION) \
            or any(p.array for p in member.parameters):
        return f'opaque({member.dispid}, L"{member.name}", {member_flag(kind)})'
    if kind == 'method' and not any(p.retval for p in member.parameters):
        kind = 'procedure'
    return f'{kind}<{pointer(interface.name, member)}>({member.dispid}, L"{member.name}")'


def member_flag(kind):
    return {'get': 'DISPATCH_PROPERTYGET', 'put': 'DISPATCH_PROPERTYPUT'}.get(kind, 'DISPATCH_METHOD')


def dispatch(unit, interfaces):
    lines = ['// SPDX-License-Identifier: Apache-2.0', f'// Made by tools/idl from idl/{unit.stem}.idl.',
             f'#include "com/made/{unit.stem}.hpp"', '', '#include "com/dispatch.hpp"', '',
             'namespace comeback::com {', '']
    names = []
    for interface in unit.of(Interface):
        if not root_is('IDispatch', interface, interfaces):
            continue
        names.append(interface.name)
        rows = [(m.dispid, row(part, m)) for part in chain(interface, interfaces) for m in part.members]
        rows.sort(key=lambda r: r[0])
        lines += ['template <>', f'std::span<const member> members_of<{interface.name}>() noexcept {{',
                  '  static constexpr member rows[] = {']
        lines += [f'      {text},' for _, text in rows] + ['  };', '  return rows;', '}', '']
    return '\n'.join(lines + ['}  // namespace comeback::com', ''])


def classes(units):
    lines = ['// SPDX-License-Identifier: Apache-2.0', '// Made by tools/idl.', '#include "com/class_objects.hpp"', '']
    lines += [f'#include <{unit.stem}.h>' for unit in units if unit.of(Coclass)]
    lines += ['', 'namespace comeback::com {', '', 'std::span<const known_class> known_classes() noexcept {',
              '  static constexpr known_class all[] = {']
    for unit in units:
        for c in unit.of(Coclass):
            progid = f'L"{c.progid}"' if c.progid else 'nullptr'
            lines.append(f'      {{CLSID_{c.name}, L"{c.name}", {progid}}},')
    return '\n'.join(lines + ['  };', '  return all;', '}', '', '}  // namespace comeback::com', ''])


def member_list(units):
    """For the slot test: INTERFACE(name, base), MEMBER(interface, function, types as text, types…)."""
    lines = []
    for unit in units:
        for interface in unit.of(Interface):
            lines.append(f'INTERFACE({interface.name}, {interface.base})')
            if interface.dispinterface:
                continue
            for member in interface.members:
                text = ';'.join(member.types)
                types = ', '.join([''] + member.types)
                lines.append(f'MEMBER({interface.name}, {member.function}, "{text}"{types})')
        for coclass in unit.of(Coclass):
            lines.append(f'CLASS({coclass.name}, "{coclass.progid}")')
    return '\n'.join(lines) + '\n'


def value_list(units):
    """For the facts test: ENUMERATOR(enum, name) and CODE(name)."""
    from parse import Enumeration, Text
    lines = []
    for unit in units:
        for enumeration in unit.of(Enumeration):
            lines += [f'ENUMERATOR({enumeration.name}, {name})' for name, _ in enumeration.values]
        for text in unit.of(Text):
            words = text.line.split()
            if '_HRESULT_TYPEDEF_' in text.line:
                lines.append(f'CODE({words[1]})')
    return '\n'.join(lines) + '\n'
