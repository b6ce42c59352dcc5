# SPDX-License-Identifier: Apache-2.0
"""Writes the recording objects of tests/com_recording: a class for every interface, and a call of every member."""

from descriptions import chain
from parse import Coclass, Interface
from tables import pointer


def overridden(interface, interfaces):
    lines = []
    for part in chain(interface, interfaces):
        for member in part.members:
            parameters = ', '.join(f'{t} a{i}' for i, t in enumerate(member.types))
            passed = ''.join(f', a{i}' for i in range(len(member.types)))
            lines += [f'  HRESULT STDMETHODCALLTYPE {member.function}({parameters}) noexcept override {{',
                      f'    return record("{member.function}"{passed});', '  }']
    return lines


STREAM = ('Read(void*, ULONG, ULONG*)', 'Write(const void*, ULONG, ULONG*)',
          'Seek(LARGE_INTEGER, DWORD, ULARGE_INTEGER*)', 'SetSize(ULARGE_INTEGER)',
          'CopyTo(IStream*, ULARGE_INTEGER, ULARGE_INTEGER*, ULARGE_INTEGER*)', 'Commit(DWORD)', 'Revert()',
          'LockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD)', 'UnlockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD)',
          'Stat(STATSTG*, DWORD)', 'Clone(IStream**)')


def base(interface, units, root):
    if root == 'IDispatch':
        owner = next((c.name for u in units for c in u.of(Coclass) if c.interfaces[0] == interface.name), None)
        extra = f', com::class_info<&CLSID_{owner}>' if owner else ''
        return f'com::automation<{interface.name}{extra}>'
    return f'com::object<{interface.name}>' if root == 'IStream' else f'com::object<com::unimplemented<{interface.name}>>'


def how(member, root):
    if root != 'IDispatch':
        return 'never'
    if any(p.array for p in member.parameters):
        return 'fills_array'
    if any(p.retval for p in member.parameters):
        return 'returns'
    return 'fills' if any(p.out for p in member.parameters) else 'takes'


def class_rows(interface, units, interfaces, root):
    lines = ['template <>', f'class recording<{interface.name}> final : public {base(interface, units, root)}, public recorder {{',
             ' public:']
    if root == 'IStream':
        lines += [f'  HRESULT STDMETHODCALLTYPE {text} noexcept override {{ return E_FAIL; }}' for text in STREAM]
    return lines + overridden(interface, interfaces) + ['};', '']


def run_rows(interface, root):
    lines = [f'static void run_{interface.name}() {{']
    if interface.dispinterface:
        return lines + [f'  const auto on = com::make<recording_sink<{interface.name}>>();',
                        f'  check_sink(*on, *on, com::description_of<{interface.name}>());', '}', '']
    lines += [f'  const auto on = com::make<recording<{interface.name}>>();',
              f'  const auto functions = com::description_of<{interface.name}>().functions;']
    for index, member in enumerate(interface.members):
        lines.append(f'  check(*on, {pointer(interface.name, member)}, functions[{index}], late::{how(member, root)});')
    return lines + ['}', '']


def recordings(unit, units, interfaces):
    lines = ['// SPDX-License-Identifier: Apache-2.0', f'// Made by tools/idl from idl/{unit.stem}.idl.',
             '#include "tests_com_recording/recorder.hpp"', '', '#include "com/made/VPCCOMInterfaces.hpp"',
             '#include "com/made/imapi2.hpp"', '#include "com/made/imapi2fs.hpp"', '',
             'namespace comeback::recording {', '']
    described = unit.of(Interface)
    for interface in described:
        root = chain(interface, interfaces)[0].base
        if not interface.dispinterface:
            lines += class_rows(interface, units, interfaces, root)
        lines += run_rows(interface, root)
    lines += [f'std::vector<subject> subjects_of_{unit.stem}() {{', '  return {']
    for i in described:
        automation = chain(i, interfaces)[0].base == 'IDispatch' and not i.dispinterface
        made = f'make_callable<recording<{i.name}>>' if automation else 'nullptr'
        lines.append(f'      {{"{i.name}", &com::description_of<{i.name}>(), run_{i.name}, {made}}},')
    return '\n'.join(lines + ['  };', '}', '', '}  // namespace comeback::recording', ''])
