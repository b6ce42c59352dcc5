# SPDX-License-Identifier: Apache-2.0
"""Writes the described types as static rows (src/com/dispatch/description.hpp): what ITypeInfo shows."""

import uuid

from parse import Alias, Coclass, Enumeration, Interface, Structure

VALUES = {'LONG': 'VT_I4', 'ULONG': 'VT_UI4', 'LONGLONG': 'VT_I8', 'BYTE': 'VT_UI1', 'BOOLEAN': 'VT_UI1', 'BSTR': 'VT_BSTR',
          'DATE': 'VT_DATE', 'VARIANT': 'VT_VARIANT', 'VARIANT_BOOL': 'VT_BOOL', 'WCHAR': 'VT_UI4', 'SHORT': 'VT_I2',
          'USHORT': 'VT_UI2', 'DWORD': 'VT_UI4', 'WORD': 'VT_UI2'}
REFERENCES = {'IDispatch': 'VT_DISPATCH', 'IUnknown': 'VT_UNKNOWN', 'SAFEARRAY': 'VT_SAFEARRAY'}  # one pointer is in the type
FOREIGN = ('IUnknown', 'IDispatch', 'IStream', 'IEnumVARIANT')
KINDS = (Interface, Coclass, Enumeration, Structure)
FIRST_SLOT = {'IUnknown': 3, 'IDispatch': 7, 'IStream': 14}


def types(unit):
    return unit.of(KINDS)


def chain(interface, interfaces):
    return (chain(interfaces[interface.base], interfaces) if interface.base in interfaces else []) + [interface]


def first_slot(interface, interfaces):
    parts = chain(interface, interfaces)
    return FIRST_SLOT[parts[0].base] + sum(len(p.members) for p in parts[:-1])


def type_row(name):
    return f'foreign_{name}' if name in FOREIGN else f'type_{name}'


def used(kind, array, units):
    """The initialiser of a used_type."""
    aliases = {a.name: a.type for u in units for a in u.of(Alias)}
    name, pointers, count = kind.rstrip('*'), kind.count('*'), array[1:-1] if array else '0'
    name = aliases.get(name, name)
    if name in VALUES:
        return f'{{{VALUES[name]}, {pointers}, {count}}}'
    if name in REFERENCES:
        return f'{{{REFERENCES[name]}, {pointers - 1}, {count}}}'
    return f'{{VT_USERDEFINED, {pointers}, {count}, &{type_row(name)}}}'


def guid(text):
    parts = text.split('-')
    tail = ', '.join(f'0x{(parts[3] + parts[4])[i:i + 2]}' for i in range(0, 16, 2))
    return f'{{0x{parts[0]}, 0x{parts[1]}, 0x{parts[2]}, {{{tail}}}}}'


def declarations(unit, units):
    """The types of all libraries: they name each other."""
    lines = ['namespace made {']
    for other in units:
        if not other.library:
            continue
        lines += [f'extern const described_type type_{t.name};' for t in types(other)]
        lines += [f'extern const described_function functions_{i.name}[{len(i.members)}];' for i in other.of(Interface)]
        lines.append(f'extern const described_library library_{other.stem};')
    return lines + ['}  // namespace made', '']


def flags(words, marks):
    return ' | '.join(text for word, text in marks.items() if word in words) or '0'


PARAMETER = {'in': 'PARAMFLAG_FIN', 'out': 'PARAMFLAG_FOUT', 'retval': 'PARAMFLAG_FRETVAL', 'optional': 'PARAMFLAG_FOPT',
             'defaultvalue': 'PARAMFLAG_FOPT'}
FUNCTION = {'hidden': 'FUNCFLAG_FHIDDEN', 'restricted': 'FUNCFLAG_FRESTRICTED'}
KIND = {'propget': 'DISPATCH_PROPERTYGET', 'propput': 'DISPATCH_PROPERTYPUT', 'method': 'DISPATCH_METHOD'}


def function_rows(interface, units, interfaces):
    parameters, functions = [], []
    slot = -1 if interface.dispinterface else first_slot(interface, interfaces)
    for member in interface.members:
        begin = len(parameters)
        parameters += [f'    {{L"{p.name}", {used(p.type, p.array, units)}, {flags(p.attributes, PARAMETER)}}},'
                       for p in member.parameters]
        span = f'{{parameters_{interface.name} + {begin}, {len(member.parameters)}}}' if member.parameters else '{}'
        identity = 'DISPID_UNKNOWN' if member.dispid is None else member.dispid
        functions.append(f'    {{{identity}, L"{member.name}", {KIND[member.kind]}, {flags(member.attributes, FUNCTION)}, '
                         f'{slot}, {span}}},')
        slot += 0 if interface.dispinterface else 1
    lines = []
    if parameters:
        lines += [f'static constexpr described_parameter parameters_{interface.name}[] = {{'] + parameters + ['};']
    return lines + [f'constexpr described_function functions_{interface.name}[] = {{'] + functions + ['};']


def interface_rows(interface, unit, units, interfaces):
    parts = chain(interface, interfaces)
    automation = parts[0].base == 'IDispatch'
    marks = '0' if interface.dispinterface or not automation else \
        'TYPEFLAG_FDUAL | TYPEFLAG_FOLEAUTOMATION | TYPEFLAG_FDISPATCHABLE'
    slots = 7 if interface.dispinterface else first_slot(interface, interfaces) + len(interface.members)
    kind = 'TKIND_DISPATCH' if interface.dispinterface else 'TKIND_INTERFACE'
    members = f'members_of<{interface.name}>' if automation else 'nullptr'
    return function_rows(interface, units, interfaces) + [
        f'constexpr described_type type_{interface.name} = {{.kind = {kind}, .id = &IID_{interface.name}, '
        f'.name = L"{interface.name}", .flags = {marks}, .base = &{type_row(interface.base)}, '
        f'.functions = functions_{interface.name}, .size = sizeof(void*), .slots = {slots}, '
        f'.library = &library_{unit.stem}, .members = {members}}};']


def enumeration_rows(enumeration, unit):
    values = [f'    {{L"{name}", {value}, {{VT_I4}}}},' for name, value in enumeration.values]
    lines = [f'static constexpr GUID id_{enumeration.name} = {guid(enumeration.uuid)};'] if enumeration.uuid else []
    identity = f'&id_{enumeration.name}' if enumeration.uuid else '&IID_NULL'
    return lines + [f'static constexpr described_value values_{enumeration.name}[] = {{'] + values + [
        '};', f'constexpr described_type type_{enumeration.name} = {{.kind = TKIND_ENUM, .id = {identity}, '
        f'.name = L"{enumeration.name}", .flags = 0, .values = values_{enumeration.name}, .size = 4, '
        f'.library = &library_{unit.stem}}};']


def structure_id(structure, unit):
    """The pages give structures no id: theirs is made of the library's and of their name."""
    return str(uuid.uuid5(uuid.UUID(unit.library[1]), structure.name))


def structure_rows(structure, unit, units):
    fields = [f'    {{L"{name}", offsetof({structure.name}, {name}), {used(kind, array, units)}}},'
              for kind, name, array in structure.fields]
    return [f'static constexpr GUID id_{structure.name} = {guid(structure_id(structure, unit))};',
            f'static constexpr described_value values_{structure.name}[] = {{'] + fields + [
        '};', f'constexpr described_type type_{structure.name} = {{.kind = TKIND_RECORD, .id = &id_{structure.name}, '
        f'.name = L"{structure.name}", .flags = 0, .values = values_{structure.name}, .size = sizeof({structure.name}), '
        f'.library = &library_{unit.stem}}};']


def class_rows(coclass, unit):
    parts = [(name, 0) for name in coclass.interfaces] + [(name, 'IMPLTYPEFLAG_FSOURCE') for name in coclass.sources]
    firsts = {names[0] for names in (coclass.interfaces, coclass.sources) if names}
    rows = [f'    {{&{type_row(name)}, {marks}{" | IMPLTYPEFLAG_FDEFAULT" if name in firsts else ""}}},'
            for name, marks in parts]
    marks = 'TYPEFLAG_FCANCREATE' if coclass.creatable else '0'
    return [f'static constexpr described_part parts_{coclass.name}[] = {{'] + rows + [
        '};', f'constexpr described_type type_{coclass.name} = {{.kind = TKIND_COCLASS, .id = &CLSID_{coclass.name}, '
        f'.name = L"{coclass.name}", .flags = {marks}, .parts = parts_{coclass.name}, .library = &library_{unit.stem}}};']


def rows(unit, units, interfaces):
    lines = ['namespace made {']
    for item in types(unit):
        if isinstance(item, Interface):
            lines += interface_rows(item, unit, units, interfaces)
        elif isinstance(item, Enumeration):
            lines += enumeration_rows(item, unit)
        elif isinstance(item, Structure):
            lines += structure_rows(item, unit, units)
        else:
            lines += class_rows(item, unit)
    name, identity, version = unit.library
    lines += [f'static constexpr GUID id_of_library = {guid(identity)};',
              'static constexpr const described_type* types_of_library[] = {']
    lines += [f'    &type_{t.name},' for t in types(unit)]
    lines += ['};', f'constexpr described_library library_{unit.stem} = {{&id_of_library, L"{name}", '
              f'{version.replace(".", ", ")}, types_of_library}};', '}  // namespace made', '']
    for interface in unit.of(Interface):
        lines += ['template <>', f'const described_type& description_of<{interface.name}>() noexcept {{',
                  f'  return type_{interface.name};', '}']
    for structure in unit.of(Structure):
        lines += ['template <>', f'const described_type& description_of<{structure.name}>() noexcept {{',
                  f'  return type_{structure.name};', '}']
    return lines + ['']


def libraries(units):
    described = [unit.stem for unit in units if unit.library]
    lines = ['namespace made {'] + [f'extern const described_library library_{stem};' for stem in described]
    lines += ['}  // namespace made', '', 'std::span<const described_library* const> described_libraries() noexcept {',
              '  static constexpr const described_library* all[] = {']
    lines += [f'      &made::library_{stem},' for stem in described]
    return lines + ['  };', '  return all;', '}', '']
