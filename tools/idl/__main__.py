# SPDX-License-Identifier: Apache-2.0
"""What is made from idl/*.idl:

  python3 tools/idl headers OUT IDL…     the headers a client includes
  python3 tools/idl tables OUT IDL…      base classes, E_NOTIMPL members and dispatch tables for src/com
  python3 tools/idl facts OUT IDL…       lists for the test that holds the headers against tests/facts
  python3 tools/idl recordings OUT IDL…  the recording objects of tests/com_recording
  python3 tools/idl stubs OUT IDL…       constants and type stubs of the Python package
  python3 tools/idl compatibility [--check] ROOT    docs/compatibility/*.md
"""

import sys
from pathlib import Path

import compatibility
import headers
import recordings
import stubs
import tables
from parse import Interface, read


def write(path, text):
    """Leaves a file alone that holds the text already: what includes it need not be compiled anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding='utf-8') != text:
        path.write_text(text, encoding='utf-8')


def main(arguments):
    if len(arguments) >= 2 and arguments[0] == 'compatibility':
        return compatibility.run(Path(arguments[-1]), '--check' in arguments)
    if len(arguments) < 3 or arguments[0] not in ('headers', 'tables', 'facts', 'recordings', 'stubs'):
        print(__doc__, file=sys.stderr)
        return 2
    out, units = Path(arguments[1]), [read(Path(p)) for p in arguments[2:]]
    interfaces = {i.name: i for unit in units for i in unit.of(Interface)}
    if arguments[0] == 'headers':
        for unit in units:
            write(out / f'{unit.stem}.h', headers.header(unit))
            for name in headers.spellings(unit.stem):
                write(out / f'{name}.h', headers.respelled(unit.stem))
    elif arguments[0] == 'recordings':
        for unit in units:
            if unit.of(Interface):
                write(out / f'{unit.stem}.cpp', recordings.recordings(unit, units, interfaces))
    elif arguments[0] == 'stubs':
        for name, text in stubs.files(units, interfaces).items():
            write(out / name, text)
    elif arguments[0] == 'facts':
        write(out / 'members.inc', tables.member_list(units))
        write(out / 'values.inc', tables.value_list(units))
    else:
        for unit in units:
            if unit.of(Interface):
                write(out / f'{unit.stem}.hpp', tables.bases_and_stubs(unit, interfaces))
                write(out / f'{unit.stem}.cpp', tables.dispatch(unit, units, interfaces))
        write(out / 'classes.cpp', tables.classes(units))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
