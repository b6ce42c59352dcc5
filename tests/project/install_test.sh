#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install_test.sh BUILD SOURCE: what is installed can be used: by find_package, by pkg-config, from a shell.
set -eu
build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/usr

cmake --install "$build" --prefix "$prefix" >"$work/log" || { cat "$work/log"; exit 1; }
export LD_LIBRARY_PATH="$prefix/lib" PKG_CONFIG_PATH="$prefix/lib/pkgconfig" CMAKE_PREFIX_PATH="$prefix"

echo 'the C++ API through find_package'
cmake -S "$source/tests/project/install" -B "$work/client" -G Ninja >"$work/log" && ninja -C "$work/client" >>"$work/log" ||
  { cat "$work/log"; exit 1; }
mkdir "$work/in"
echo hello >"$work/in/hello.txt"
"$work/client/api_client" "$work/in" "$work/api.iso"

echo 'the installed command'
"$prefix/bin/comeback" disc verify "$work/api.iso" --against "$work/in"
"$prefix/bin/comeback" disc info "$work/api.iso" | grep -q API

echo 'the C++ API through pkg-config'
# shellcheck disable=SC2046  # flags are words
c++ -std=c++20 "$source/tests/project/install/api_client.cpp" -o "$work/client2" $(pkg-config --cflags --libs comeback)

echo 'a COM client through pkg-config'
# shellcheck disable=SC2046
c++ -std=c++17 -Wall -Wextra -Werror "$source/examples/readme_logoff.cpp" -o "$work/client3" \
  $(pkg-config --cflags --libs comeback-com)
status=0
COMEBACK_URI=test:///default "$work/client3" || status=$?
[ "$status" -eq 1 ] # the test driver has no machine of that name

if [ -e "$build/python/comeback/__init__.py" ]; then
  echo 'the Python package'
  PYTHONPATH=$(echo "$prefix"/lib/python3.*/dist-packages) LD_LIBRARY_PATH='' /usr/bin/python3 "$source/examples/demo.py" \
    "$work/python.iso" "$work/in"
  "$prefix/bin/comeback" disc verify "$work/python.iso" --against "$work/in"

  # Debian's python3 searches its places below /usr and /usr/local, and there the package is.
  for root in /usr /usr/local; do
    DESTDIR=$work/root cmake --install "$build" --prefix "$root" >"$work/log" || { cat "$work/log"; exit 1; }
    place=$(cd "$work/root" && find ".$root" -path ./usr/local -prune -o -path '*/dist-packages/comeback' -print)
    [ "$root" = /usr ] || place=$(cd "$work/root" && find ".$root" -path '*/dist-packages/comeback')
    echo "$root: $place"
    /usr/bin/python3 -c 'import pathlib, site, sys
sys.exit(str(pathlib.Path(sys.argv[1]).parent) not in site.getsitepackages())' "${place#.}"
    PYTHONPATH=$work/root/${place%/comeback} LD_LIBRARY_PATH='' /usr/bin/python3 -c 'import comeback; print(comeback.__file__)'
  done
fi

echo 'manual page and completions'
test -s "$prefix/share/man/man1/comeback.1"
test -s "$prefix/share/bash-completion/completions/comeback"
