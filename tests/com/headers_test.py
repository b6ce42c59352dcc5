# SPDX-License-Identifier: Apache-2.0
"""headers_test.py COMPILER STANDARD FOLDER…: every header of ours compiles alone and twice, without a warning.

Those of the two APIs bring with them what the SDK's do.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

compiler, standard, *folders = sys.argv[1:]
WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Werror']
BROUGHT = """
int main() {
  IConnectionPointContainer* container = nullptr;
  static_cast<void>(container);
  Sleep(0);
  return FAILED(OleInitialize(nullptr));
}
"""
APIS = {'imapi2.h', 'imapi2fs.h', 'VPCCOMInterfaces.h'}
paths = {h.name: h for folder in folders for h in Path(folder).glob('*.h')}
spellings = sorted(n for n, h in paths.items() if '// Another spelling of' in h.read_text(encoding='utf-8'))
headers = sorted(set(paths) - set(spellings))


def includes(names):
    return ''.join(f'#include <{name}>\n' for name in names)


def compiles(names):
    """The names are one header's, or all that only lead to another."""
    body = BROUGHT if APIS & set(names) else 'int main() {}\n'
    source = includes(names) + includes(names) + body
    command = [compiler, f'-std=c++{standard}', *WARNINGS, '-fsyntax-only', '-x', 'c++', '-']
    for folder in folders:
        command += ['-I', folder]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f'{", ".join(names)}:\n{done.stderr}')
    return done.returncode == 0


with ThreadPoolExecutor(2) as pool:
    good = list(pool.map(compiles, [[h] for h in headers] + [spellings]))
print(f'{sum(good)} of {len(good)} sources, {len(headers)} headers and {len(spellings)} other spellings')
sys.exit(not all(good) or len(headers) < 25 or len(spellings) < 25 or not APIS <= set(headers))
