# SPDX-License-Identifier: Apache-2.0
"""Writes what the COM layer needs to know about the interfaces: bases, E_NOTIMPL members, dispatch tables."""

import descriptions
from descriptions import chain
from parse import Coclass, Interface, Structure


def root_is(name, interface, interfaces):
    return chain(interface, interfaces)[0].base == name


def pointer(interface, member):
    types = ', '.join(member.types)
    return f'static_cast<HRESULT (STDMETHODCALLTYPE {interface}::*)({types})>(&{interface}::{member.function})'


def bases_and_stubs(unit, interfaces):
    lines = ['// SPDX-License-Identifier: Apache-2.0', f'// Made by tools/idl from idl/{unit.stem}.idl.',
             '#pragma once', '#pragma GCC system_header', '', '#include "com/dispatch/description.hpp"', '#include "com/object/interface.hpp"', '', f'#include <{unit.stem}.h>', '',
             'namespace comeback::com {', '']
    for interface in unit.of(Interface):
        lines += [f'template <>\nstruct base_of<{interface.name}> {{\n  using type = {interface.base};\n}};']
        # IStream's own members have no stubs: a stream is written whole.
        if not interface.dispinterface and not root_is('IStream', interface, interfaces):
            lines += stub(interface, interfaces)
        if root_is('IDispatch', interface, interfaces):
            lines.append(f'template <>\nstd::span<const member> members_of<{interface.name}>() noexcept;')
        lines.append(f'template <>\nconst described_type& description_of<{interface.name}>() noexcept;')
        lines.append('')
    for structure in unit.of(Structure):
        lines += [f'template <>\ninline constexpr bool is_record<{structure.name}> = true;',
                  f'template <>\nconst described_type& description_of<{structure.name}>() noexcept;', '']
    return '\n'.join(lines + ['}  // namespace comeback::com', ''])


def stub(interface, interfaces):
    lines = [f'template <>\nclass unimplemented<{interface.name}> : public {interface.name} {{', ' public:']
    for part in chain(interface, interfaces):
        for member in part.members:
            types = ', '.join(member.types)
            lines.append(f'  HRESULT STDMETHODCALLTYPE {member.function}({types}) noexcept override {{')
            lines.append(f'    return not_implemented(L"{part.name}::{member.function}", IID_{part.name});')
            lines.append('  }')
    return lines + ['', ' protected:', '  ~unimplemented() = default;', '};']


def row(part, index):
    member = part.members[index]
    about = f'functions_{part.name}[{index}]'
    buffers = [p for p in member.parameters if p.array]
    if buffers and len(member.parameters) == 1:
        return f'filling<{pointer(part.name, member)}, {buffers[0].array[1:-1]}>({about})'
    if part.dispinterface or buffers:
        return f'opaque({about})'
    result = 'true' if any(p.retval for p in member.parameters) else 'false'
    return f'bound<{pointer(part.name, member)}, {result}>({about})'


def dispatch(unit, units, interfaces):
    lines = ['// SPDX-License-Identifier: Apache-2.0', f'// Made by tools/idl from idl/{unit.stem}.idl.',
             f'#include "com/made/{unit.stem}.hpp"', '', '#include "com/object/class_objects.hpp"', '#include "com/dispatch/dispatch.hpp"']
    lines += [f'#include "com/made/{other.stem}.hpp"' for other in units if other.stem in unit.imports]
    lines += ['', '#include <cstddef>', '', 'namespace comeback::com {', '']
    lines += descriptions.declarations(unit, units) + ['using namespace made;', ''] + descriptions.rows(unit, units, interfaces)
    for interface in unit.of(Interface):
        if not root_is('IDispatch', interface, interfaces):
            continue
        rows = [(part.members[index].dispid, row(part, index))
                for part in chain(interface, interfaces) for index in range(len(part.members))]
        rows.sort(key=lambda r: r[0])
        lines += ['template <>', f'std::span<const member> members_of<{interface.name}>() noexcept {{',
                  '  static constexpr member rows[] = {']
        lines += [f'      {text},' for _, text in rows] + ['  };', '  return rows;', '}', '']
    return '\n'.join(lines + ['}  // namespace comeback::com', ''])


def sources(units, interfaces):
    """Who the errors of an interface come from; see source_of in src/com/object/error_info.hpp."""
    lines = ['const wchar_t* source_of(REFIID of) noexcept {', '  struct row {', '    const IID& of;', '    const wchar_t* source;', '  };',
             '  static constexpr row all[] = {']
    for unit in units:
        for interface in unit.of(Interface):
            classes_of = (c for u in units for c in u.of(Coclass) for name in c.interfaces
                          if name in interfaces and interface in chain(interfaces[name], interfaces))
            owner = next(classes_of, interface)
            text = getattr(owner, 'progid', None) or f'{unit.library[0]}.{owner.name}'
            lines.append(f'      {{IID_{interface.name}, L"{text}"}},')
    return lines + ['  };', '  for (const row& each : all)', '    if (each.of == of) return each.source;', '  return nullptr;', '}', '']


def classes(units):
    lines = ['// SPDX-License-Identifier: Apache-2.0', '// Made by tools/idl.', '#include "com/object/class_objects.hpp"',
             '#include "com/object/error_info.hpp"', '#include "com/dispatch/description.hpp"', '']
    lines += [f'#include <{unit.stem}.h>' for unit in units if unit.of(Coclass)]
    lines += ['', 'namespace comeback::com {', '', 'std::span<const known_class> known_classes() noexcept {',
              '  static constexpr known_class all[] = {']
    for unit in units:
        for c in unit.of(Coclass):
            progid = f'L"{c.progid}"' if c.progid else 'nullptr'
            lines.append(f'      {{CLSID_{c.name}, L"{c.name}", {progid}}},')
    lines += ['  };', '  return all;', '}', '']
    interfaces = {i.name: i for u in units for i in u.of(Interface)}
    return '\n'.join(lines + sources(units, interfaces) + descriptions.libraries(units) + ['}  // namespace comeback::com', ''])


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
    """For the facts test: ENUMERATOR(enum, name), CODE(name) and NAMED_ID(name)."""
    from parse import Enumeration, Text
    lines = []
    for unit in units:
        for enumeration in unit.of(Enumeration):
            lines += [f'ENUMERATOR({enumeration.name}, {name})' for name, _ in enumeration.values]
        for text in unit.of(Text):
            words = text.line.split()
            if '_HRESULT_TYPEDEF_' in text.line:
                lines.append(f'CODE({words[1]})')
            elif text.line.startswith('#define DISPID_'):
                lines.append(f'NAMED_ID({words[1]})')
    return '\n'.join(lines) + '\n'
