#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint/run.sh BUILD [--all]: layout, project rules, clang-tidy. BUILD holds compile_commands.json.
set -eu
build=$1
all=${2:-}
here=$(dirname "$0")

printf '== Layout (clang-format)\n'
git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs -r clang-format-16 --dry-run -Werror

printf '== Project rules\n'
python3 "$here/rules.py"

printf '== clang-tidy\n'
# Headers made at build time must be there before anything can be parsed.
ninja -C "$build" comeback_idl >/dev/null
python3 "$here/tidy_sources.py" "$build" $all >"$build/tidy.list"
printf '%s sources\n' "$(wc -l <"$build/tidy.list")"
[ -s "$build/tidy.list" ] || exit 0
xargs -a "$build/tidy.list" -P "$(nproc)" -n 1 clang-tidy-16 --quiet -p "$build" 2>"$build/tidy.log" ||
  { grep -v 'warnings generated\|Suppressed\|Use -header-filter' "$build/tidy.log" >&2; exit 1; }
