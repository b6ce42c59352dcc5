#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tidy_sources.py BUILD [--all]: the sources clang-tidy shall look at, one a line.

Without --all: those that changed against the last merge (or the branch this one left), and those that
include what changed, by however many steps."""
import json
import os
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.M)


def git(*words):
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.split()


def base():
    """The commit to compare with; None when there is none, then everything has changed.

    On a branch: where it left origin/main. On main itself: the last merge, and right after a merge what was
    there before it; where there never was a merge, what was there half a day ago."""
    head = git("rev-parse", "HEAD")
    merge = git("rev-list", "--merges", "-1", "HEAD")
    if merge == head:
        merge = git("rev-parse", "HEAD^1")
    earlier = git("rev-list", "-1", "--before=12 hours ago", "HEAD")
    for candidate in (git("merge-base", "HEAD", "origin/main"), merge, earlier):
        if candidate and candidate != head:
            return candidate[0]
    return None


def changed_files():
    start = base()
    if start is None:
        return None
    changed = set(git("diff", "--name-only", start)) | set(git("ls-files", "-o", "--exclude-standard"))
    return None if ".clang-tidy" in changed else changed


def included_by_closure(changed):
    """The changed files and all that include them. A header is known by the end of its path."""
    files = [f for f in git("ls-files", "-co", "--exclude-standard") if f.endswith((".cpp", ".hpp", ".h"))]
    includes = {f: INCLUDE.findall(open(f, encoding="utf-8").read()) for f in files if os.path.exists(f)}
    reached = set(changed)
    while True:
        more = {f for f, names in includes.items() if f not in reached
                and any(any(r.endswith("/" + n) for r in reached) for n in names)}
        if not more:
            return reached
        reached |= more


def main():
    build = sys.argv[1]
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        sources = sorted({os.path.relpath(c["file"]) for c in json.load(f)})
    sources = [s for s in sources if not s.startswith("build")]
    changed = None if "--all" in sys.argv else changed_files()
    if changed is not None:
        reached = included_by_closure(changed)
        sources = [s for s in sources if s in reached]
    print("\n".join(sources))


main()
