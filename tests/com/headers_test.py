# SPDX-License-Identifier: Apache-2.0
"""headers_test.py COMPILER STANDARD FOLDER…: every header of ours compiles alone and twice, without a warning."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

compiler, standard, *folders = sys.argv[1:]
WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Werror']
headers = sorted({h.name for folder in folders for h in Path(folder).glob('*.h')})


def compiles(header):
    source = f'#include <{header}>\n#include <{header}>\nint main() {{}}\n'
    command = [compiler, f'-std=c++{standard}', *WARNINGS, '-fsyntax-only', '-x', 'c++', '-']
    for folder in folders:
        command += ['-I', folder]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f'{header}:\n{done.stderr}')
    return done.returncode == 0


with ThreadPoolExecutor(2) as pool:
    good = list(pool.map(compiles, headers))
print(f'{sum(good)} of {len(headers)} headers')
sys.exit(not all(good) or len(headers) < 25)
