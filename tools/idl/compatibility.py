# SPDX-License-Identifier: Apache-2.0
"""Writes docs/compatibility: every interface, its members, and which of them are built.

A member is built when a facade class overrides it: the source is read, so the table cannot claim more than
the code. The class says which interfaces it has: `class task final : public com::automation<IVMTask, …>`, or a
template does with the members that several classes share:
`class file_item final : public item_members<IFsiFileItem2, …>`.
"""

import re
import sys

from descriptions import chain, first_slot
from parse import Coclass, Interface, read

FACADES = ('imapi2', 'imapi2fs', 'virtualpc', 'com')
CLASS = re.compile(r'\bclass\s+(\w+)(?:\s+final)?\s*:\s*public\s+(?:com::)?(\w+)<([^{;]*)>'
                   r'\s*(?:,\s*private\s+[\w:]+\s*)?\{')
RAISED = re.compile(r'[&"](\w+Events)::(\w+)')  # com::event of a member, com::dispatch_event of a name
OVERRIDE = re.compile(r'\bHRESULT\s+(?:STDMETHODCALLTYPE\s+)?(\w+)\s*\([^)]*\)\s*noexcept\s+(?:override|final)')


def classes(root):
    """(name, template it derives from, that one's arguments, functions it overrides) of the facades."""
    for folder in FACADES:
        for path in sorted((root / 'src' / folder).glob('*.[ch]pp')):
            if path.stem.endswith('_test'):
                continue
            text = path.read_text(encoding='utf-8')
            starts = list(CLASS.finditer(text))
            for found, following in zip(starts, starts[1:] + [None]):
                body = text[found.end():following.start() if following else len(text)]
                yield *found.groups(), set(OVERRIDE.findall(body))


def built_members(root):
    """Interface name -> functions that some class overrides."""
    built, found = {}, list(classes(root))
    own = {name: functions for name, base, arguments, functions in found}
    for _, base, arguments, functions in found:
        if base not in ('automation', 'object') and base not in own:
            continue
        for name in re.findall(r'\b[DI][A-Z]\w+', arguments):
            built.setdefault(name, set()).update(functions | own.get(base, set()))
    return built


def raised_events(root):
    """(interface, member) of the events that some facade raises."""
    found = set()
    for folder in FACADES:
        for path in sorted((root / 'src' / folder).glob('*.[ch]pp')):
            if not path.stem.endswith('_test'):
                found |= set(RAISED.findall(path.read_text(encoding='utf-8')))
    return found


def functions_built(interface, interfaces, built):
    """An interface is also built by classes that derive further."""
    found = set()
    for name, functions in built.items():
        if name in interfaces and interface in chain(interfaces[name], interfaces):
            found |= functions
    return found


def dispid(member):
    if member.dispid is None:
        return ''
    return f'0x{member.dispid:08X}' if member.dispid > 0xFFFF else str(member.dispid)


def table(interface, interfaces, built, raised):
    done = functions_built(interface, interfaces, built)
    if is_event(interface):
        done = {m.function for m in interface.members if (interface.name, m.function) in raised}
    first = None if interface.dispinterface else first_slot(interface, interfaces)
    count = sum(1 for m in interface.members if m.function in done)
    lines = [f'### {interface.name}', '', f'`{interface.iid}`, derives from {interface.base}; '
             f'{count} of {len(interface.members)} {"events raised" if is_event(interface) else "members built"}.', '',
             '| Member | Slot | DISPID | State |', '|---|---|---|---|']
    for index, member in enumerate(interface.members):
        slot = '' if first is None else first + index
        words = ('event, raised', 'event, not raised yet') if is_event(interface) else ('built', 'open')
        state = words[0] if member.function in done else words[1]
        lines.append(f'| {member.function} | {slot} | {dispid(member)} | {state} |')
    return lines + ['']


def is_event(interface):
    return interface.dispinterface or interface.name.endswith('Events')


def page(title, unit, interfaces, built, raised, classes):
    members = [(i, m) for i in unit.of(Interface) for m in i.members if not is_event(i)]
    done = sum(1 for i, m in members if m.function in functions_built(i, interfaces, built))
    lines = [f'# {title}', '',
             f'Made by `python3 tools/idl compatibility .` from `idl/{unit.stem}.idl` and the sources. '
             f'{done} of {len(members)} members are built. An open member stands in its documented slot and '
             'answers `E_NOTIMPL`.', '', '## Classes', '', '| Class | ProgID | State |', '|---|---|---|']
    for coclass in unit.of(Coclass):
        state = 'can be made' if coclass.name in classes else \
            'reached through other objects' if not coclass.creatable else 'open (`REGDB_E_CLASSNOTREG`)'
        lines.append(f'| {coclass.name} | {coclass.progid} | {state} |')
    lines += ['', '## Interfaces', '']
    for interface in unit.of(Interface):
        lines += table(interface, interfaces, built, raised)
    return '\n'.join(lines).rstrip() + '\n'


def registered_classes(root):
    text = ''.join(p.read_text(encoding='utf-8') for p in sorted((root / 'src' / 'server').glob('*.cpp')))
    return set(re.findall(r'CLSID_(\w+)', text))


PAGES = (('VPCCOMInterfaces', 'virtual-pc', 'Windows Virtual PC'), ('imapi2', 'imapi2', 'IMAPI 2'),
         ('imapi2fs', 'imapi2fs', 'IMAPI 2 file-system images'))


def run(root, check):
    units = {stem: read(root / 'idl' / f'{stem}.idl') for stem, _, _ in PAGES}
    interfaces = {i.name: i for unit in units.values() for i in unit.of(Interface)}
    built, raised, classes, stale = built_members(root), raised_events(root), registered_classes(root), []
    for stem, name, title in PAGES:
        path = root / 'docs' / 'compatibility' / f'{name}.md'
        text = page(title, units[stem], interfaces, built, raised, classes)
        if path.exists() and path.read_text(encoding='utf-8') == text:
            continue
        stale.append(str(path))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
    if check and stale:
        print('not current, run python3 tools/idl compatibility .:', *stale, file=sys.stderr)
        return 1
    return 0
