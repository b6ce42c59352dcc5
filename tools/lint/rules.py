#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The project's own rules, held against the tree. Run from the root; prints what breaks a rule and exits 1.

  architecture  ARCHITECTURE.md and the tree name the same folders
  includes      a folder of src/ includes only what its row allows
  libraries     libvirt, CLI11 and nlohmann's full header stay where they belong
  com words     HRESULT, VARIANT, BSTR, GUID only above the line
  spdx          every source begins with its licence
  sources       every source is listed in its folder's CMakeLists.txt
"""
import re
import subprocess
import sys
from pathlib import Path

ABOVE_THE_LINE = {"com", "imapi2", "imapi2fs", "virtualpc", "server", "python"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)
COM_WORDS = re.compile(r"\b(HRESULT|VARIANT|BSTR|GUID|SAFEARRAY|IDispatch|IUnknown)\b")
COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
FULL_JSON_AT_MOST = 8
CLI11_AT_MOST = 2

complaints = []


def complain(where, what):
    complaints.append(f"{where}: {what}")


def tracked():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True)
    return [Path(p) for p in out.stdout.splitlines() if Path(p).exists()]


def architecture_rows():
    """{folder: folders it may include}, and every path the page names in back quotes with a slash at its end."""
    text = Path("ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = {}
    for name, allowed in re.findall(r"^\| `src/([\w/]+)` \| [^|]+ \|([^|]*)\|$", text, re.M):
        rows[name] = {word.strip() for word in allowed.split(",") if word.strip()}
    paths = set(re.findall(r"`((?:[\w.]+/)+)`", text))
    return rows, paths


def room_of(path, rows):
    """The row for a path below src/: a folder that is sorted into rooms has a row each, `com/data`."""
    parts = Path(path).parts
    for length in (2, 1):
        if len(parts) > length and "/".join(parts[:length]) in rows:
            return "/".join(parts[:length])
    return None


def may_include(path, room, target, rows):
    """A row may name a folder whole, with all its rooms, or single rooms of it. A test may use its whole folder."""
    top = target.split("/")[0]
    own = top == room.split("/")[0] and (path.stem.endswith("_test") or target == top)
    return target == room or own or target in rows[room] or top in rows[room]


def check_architecture(rows, paths, files):
    folders = {p.parts[1] for p in files if p.parts[0] == "src" and len(p.parts) > 2}
    sorted_folders = {name.split("/")[0] for name in rows if "/" in name}
    folders |= {"/".join(p.parts[1:3]) for p in files
                if p.parts[0] == "src" and len(p.parts) > 3 and p.parts[1] in sorted_folders}
    for missing in sorted(folders - rows.keys()):
        complain("ARCHITECTURE.md", f"no row for src/{missing}")
    for gone in sorted(rows.keys() - folders):
        complain("ARCHITECTURE.md", f"src/{gone} is not there")
    for path in sorted(paths):
        if not Path(path).is_dir():
            complain("ARCHITECTURE.md", f"names {path}, which is not there")
    tops = {p.parts[0] for p in files if len(p.parts) > 1 and not p.parts[0].startswith(".")}
    text = Path("ARCHITECTURE.md").read_text(encoding="utf-8")
    for top in sorted(tops - {"src"}):
        if f"`{top}/" not in text:
            complain("ARCHITECTURE.md", f"says nothing of {top}/")


def check_source(path, rows, json_users, cli11_users):
    text = path.read_text(encoding="utf-8")
    if not text.startswith("// SPDX-License-Identifier: Apache-2.0\n"):
        complain(path, "does not begin with its SPDX line")
    folder = path.parts[1] if path.parts[0] == "src" else None
    for quote, name in INCLUDE.findall(text):
        check_include(path, quote, name, rows)
        if name == "nlohmann/json.hpp":
            json_users.append(path)
        if name.startswith("CLI/"):
            cli11_users.append(path)
    if folder and folder not in ABOVE_THE_LINE:
        for word in sorted(set(COM_WORDS.findall(COMMENT_OR_TEXT.sub("", text)))):
            complain(path, f"{word} belongs above the line")


def check_include(path, quote, name, rows):
    folder = path.parts[1] if path.parts[0] == "src" else None
    if name.startswith("libvirt/") and folder != "libvirt_backend":
        complain(path, "only libvirt_backend includes libvirt")
    if name.startswith("CLI/") and folder != "cli":
        complain(path, "only cli includes CLI11")
    room = room_of(path.relative_to("src"), rows) if folder else None
    target = room_of(name, rows)
    if quote == '"' and room and target and not may_include(path, room, target, rows):
        complain(path, f"src/{room} may not include {name}")


def check_listed(path):
    if path.suffix != ".cpp" or path.parts[0] != "src":
        return
    listing = Path(*path.parts[:2]) / "CMakeLists.txt"
    if not listing.exists() or str(path.relative_to(listing.parent)) not in listing.read_text(encoding="utf-8"):
        complain(path, f"is not listed in {listing}")


def main():
    files = tracked()
    rows, paths = architecture_rows()
    json_users, cli11_users = [], []
    check_architecture(rows, paths, files)
    for path in files:
        if path.suffix in {".cpp", ".hpp"}:
            check_source(path, rows, json_users, cli11_users)
            check_listed(path)
    if len([p for p in json_users if p.parts[0] == "src"]) > FULL_JSON_AT_MOST:
        complain("nlohmann/json.hpp", f"is included by too many sources: {', '.join(map(str, json_users))}")
    if len(cli11_users) > CLI11_AT_MOST:
        complain("CLI11", f"is included by too many sources: {', '.join(map(str, cli11_users))}")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(1 if complaints else 0)


main()
