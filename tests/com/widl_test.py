# SPDX-License-Identifier: Apache-2.0
"""widl_test.py WIDL IDL FACTS: another compiler of IDL reads idl/*.idl, and makes of it what tests/facts says.

The header that widl writes gives ids, bases, the order of the virtual tables, enumerators and return codes; its
type library gives the DISPIDs and once more the slots.
"""

import csv
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from type_library import read_library  # noqa: E402

STEMS = ('VPCCOMInterfaces', 'imapi2', 'imapi2fs', 'imapi2error', 'imapi2fserror')
SYSTEM_BASES = {'IUnknown': 3, 'IDispatch': 7, 'IEnumVARIANT': 7, 'ISequentialStream': 5, 'IStream': 14}
KINDS = {1: 'method', 2: 'propget', 4: 'propput', 8: 'propput'}


def rows(facts, name):
    with open(facts / f'{name}.csv', encoding='utf-8', newline='') as table:
        return list(csv.DictReader(table))


class Widl:
    def __init__(self, program, idl, out):
        self.program, self.idl, self.out = program, idl, out
        self.prelude = Path(__file__).parent / 'widl'

    def run(self, kind, source, target):
        command = [self.program, kind, '--nostdinc', '-I', self.prelude, '-I', self.idl, '-o', target, source]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.out, check=False)
        if done.returncode or not target.exists():
            sys.exit(f'widl refuses {source}:\n{done.stderr}')
        return target

    def header(self, stem):
        return self.run('-h', self.idl / f'{stem}.idl', self.out / f'{stem}.h').read_text(encoding='utf-8')

    def library(self, stem, interfaces):
        """A library that names every interface, so that none is left out of it."""
        names = '\n'.join(f'    {"disp" if i["kind"] == "events" else ""}interface {i["interface"]};' for i in interfaces)
        source = self.out / f'all_{stem}.idl'
        source.write_text(f'import "{stem}.idl";\n[uuid(00000000-1111-2222-3333-444444444444), version(1.0)]\n'
                          f'library all\n{{\n{names}\n}};\n', encoding='utf-8')
        return read_library(self.run('-t', source, self.out / f'all_{stem}.tlb').read_bytes())


def interfaces_of(header):
    """name -> (id, base, members in order of their slots)"""
    found = {}
    for iid, name, base, body in re.findall(r'MIDL_INTERFACE\("([\w-]+)"\)\n(\w+) : public (\w+)\n{(.*?)\n};',
                                            header, re.S):
        found[name] = (iid.lower(), base, re.findall(r'STDMETHODCALLTYPE (\w+)\(', body))
    return found


def enumerators_of(header):
    found = {}
    for name, body in re.findall(r'^typedef enum (\w+) {\n(.*?)\n}', header, re.S | re.M):
        for label, value in re.findall(r'(\w+) = (-?(?:0x)?[0-9a-fA-F]+)', body):
            found[name, label] = int(value, 0)
    return found


def slots(interfaces):
    def first(name):
        return SYSTEM_BASES[name] if name in SYSTEM_BASES else first(interfaces[name][1]) + len(interfaces[name][2])
    return {(name, member): first(base) + at for name, (_, base, members) in interfaces.items()
            for at, member in enumerate(members)}


def check(title, found, wanted):
    for key in sorted(set(found) | set(wanted), key=str):
        if found.get(key) != wanted.get(key):
            print(f'{title} {key}: widl {found.get(key)}, facts {wanted.get(key)}')
    print(f'{title}: {len(wanted)}')
    return found == wanted and bool(wanted)


def main(program, idl, facts):
    with tempfile.TemporaryDirectory() as folder:
        widl = Widl(program, idl, Path(folder))
        headers = {stem: widl.header(stem) for stem in STEMS}
        known, members = rows(facts, 'interfaces'), rows(facts, 'members')
        described = {stem: interfaces_of(text) for stem, text in headers.items()}
        libraries = [widl.library(stem, [i for i in known if re.search(rf'^{i["interface"]} : public', headers[stem], re.M)])
                     for stem in STEMS[:3]]
    text = '\n'.join(headers.values())
    interfaces = {name: facts for found in described.values() for name, facts in found.items()}
    wanted = {i['interface'] for i in known}
    # A type library spells a name as it met it first: a parameter `count` makes the member `Count` so.
    functions = {(i, m.kind_and_name(KINDS).lower()): m for library in libraries for i, ms in library.items() for m in ms}
    with_slots = {(m['interface'], m['member']): int(m['slot']) for m in members if m['slot']}
    folded = {(interface, name.lower()): slot for (interface, name), slot in with_slots.items()}
    automation = {(m['interface'], m['member'].lower()): int(m['dispid'], 0) & 0xFFFFFFFF for m in members if m['dispid']}
    good = [
        check('interface', {n: (i, b) for n, (i, b, _) in interfaces.items() if n in wanted},
              {i['interface']: (i['iid'], i['base']) for i in known}),
        check('slot', {key: slot for key, slot in slots(interfaces).items() if key[0] in wanted}, with_slots),
        check('slot in the type library', {k: m.slot for k, m in functions.items() if k in folded}, folded),
        check('DISPID', {k: m.dispid for k, m in functions.items() if k in automation}, automation),
        check('class', dict((n, i.lower()) for i, n in re.findall(r'^class DECLSPEC_UUID\("([\w-]+)"\) (\w+);', text, re.M)),
              {c['class']: c['clsid'] for c in rows(facts, 'classes')}),
        check('library', {n: re.sub(r'0x|[, ]', '', i) for n, i in re.findall(r'^DEFINE_GUID\(LIBID_(\w+), (.*)\);', text, re.M)},
              {l['library']: l['libid'].replace('-', '') for l in rows(facts, 'libraries')}),
        check('enumerator', enumerators_of(text), {(e['enum'], e['name']): int(e['value'], 0) for e in rows(facts, 'enums')}),
        check('return code', {n: int(v, 16) for n, v in re.findall(r'^#define (\w+) _HRESULT_TYPEDEF_\((\w+)\)', text, re.M)},
              {r['name']: int(r['value'], 16) for r in rows(facts, 'hresults')}),
        check('name of a DISPID', {n: int(v, 0) for n, v in re.findall(r'^#define (DISPID_\w+) (\w+)$', text, re.M)},
              {d['name']: int(d['value'], 0) for d in rows(facts, 'dispids')}),
    ]
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
