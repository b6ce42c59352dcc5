# SPDX-License-Identifier: Apache-2.0
"""exports_test.py LIBRARY INCLUDE: the library exports exactly what the headers declare, and stays loaded."""

import re
import subprocess
import sys
from pathlib import Path

library, include = sys.argv[1:]
symbols = subprocess.run(['nm', '-D', '--defined-only', library], check=True, capture_output=True, text=True).stdout
exported = {line.split()[-1].split('@')[0] for line in symbols.splitlines() if ' A ' not in line}
declared = set()
for header in Path(include).glob('*.h'):
    declared |= set(re.findall(r'^COMEBACK_API [\w* ]+?(\w+)\(', header.read_text(encoding='utf-8'), re.M))
# oleauto.h makes a matrix of functions out of two lists, here read as rows of names.
oleauto = (Path(include) / 'oleauto.h').read_text(encoding='utf-8')
sources = re.findall(r'ROW\(X, Out, (\w+), ', oleauto)
targets = re.findall(r'ROW\((\w+), [\w ]+\)', oleauto)
if len(sources) != 14 or len(targets) != 14:
    sys.exit('The matrix of conversions in oleauto.h is not read right.')
declared |= {f'Var{to}From{of}' for to in [*targets, 'Bstr'] for of in [*sources, 'Str', 'Disp']} - {'VarBstrFromStr'}
print('exported but not declared:', sorted(exported - declared))
print('declared but not exported:', sorted(declared - exported))
flags = subprocess.run(['readelf', '-dW', library], check=True, capture_output=True, text=True).stdout
stays = re.search(r'FLAGS_1\).*\bNODELETE\b', flags) is not None
print('stays loaded:', stays)
sys.exit(not stays or exported != declared or len(declared) < 40)
