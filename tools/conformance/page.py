#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""page.py VERDICTS PAGE [--check]: writes docs/conformance.md from what the conformance tests noted.

VERDICTS is a folder with a file a test, of four lines: judge, kind of image, verdict (passed, failed, beyond), and
the limit or reason. With --check the page stays as it is, and every verdict that is there must be in it: tests
that did not run say nothing. Exit status 1 where one is not.
"""
import pathlib
import sys

WORST_LAST = ["passed", "beyond", "failed"]

HEAD = """# Kinds of images and their judges

Programs that we did not write read an image of every kind that the tests make, and what they show is compared with
the source. This page is made of the verdicts of those tests; `./dev conformance` runs them and writes it anew.

- **yes**: the judge finds everything right. A number beside it: what this judge cannot tell.
- A number alone: out of the judge's reach, for that reason.
- Empty: no test asks this judge.
- **NO**: the judge finds a fault.

udf_test may check, and not be shipped: it is asked where `COMEBACK_UDF_TEST` names it.

"""


def read(folder):
    """{(kind, judge): (verdict, {reasons})}: of several tests the worst counts."""
    cells = {}
    for path in sorted(pathlib.Path(folder).glob("*")):
        judge, kind, verdict, reason = path.read_text().split("\n")[:4]
        before, reasons = cells.get((kind, judge), ("passed", set()))
        worst = max(before, verdict, key=WORST_LAST.index)
        cells[kind, judge] = worst, reasons | ({reason} if reason else set())
    return cells


def footnotes(cells):
    notes = {(judge, reason) for (_, judge), (_, reasons) in cells.items() for reason in reasons}
    return {note: number for number, note in enumerate(sorted(notes), 1)}


def shown(judge, cell, numbers):
    if cell is None:
        return ""
    verdict, reasons = cell
    notes = ", ".join(str(numbers[judge, reason]) for reason in sorted(reasons))
    word = {"passed": "yes", "failed": "**NO**", "beyond": ""}[verdict]
    return f"{word} ({notes})".strip() if notes else word


def page(cells):
    kinds, judges = sorted({k for k, _ in cells}), sorted({j for _, j in cells}, key=str.lower)
    numbers = footnotes(cells)
    rows = [["Kind of image", *judges], ["---"] + [":-:"] * len(judges)]
    rows += [[k, *(shown(j, cells.get((k, j)), numbers) for j in judges)] for k in kinds]
    table = "".join("| " + " | ".join(row) + " |\n" for row in rows)
    return HEAD + table + "\n" + "".join(f"{n}. {j}: {r}\n" for (j, r), n in numbers.items())


def parse(text):
    """The cells of a page, as `read` gives them."""
    rows = [[c.strip() for c in line[1:].split("|")[:-1]] for line in text.splitlines() if line.startswith("|")]
    notes = dict(line.split(". ", 1) for line in text.splitlines() if line.split(". ")[0].isdigit())
    cells = {}
    for row in rows[2:]:
        for judge, cell in zip(rows[0][1:], row[1:]):
            if not cell:
                continue
            numbers = cell[cell.index("(") + 1:-1].split(", ") if "(" in cell else []
            verdict = "passed" if cell.startswith("yes") else "failed" if cell.startswith("**NO") else "beyond"
            cells[row[0], judge] = verdict, {notes[n].removeprefix(judge + ": ") for n in numbers}
    return cells


def stale(cells, told):
    """What the page does not tell. Cells of which only some tests ran may lack reasons."""
    for key, (verdict, reasons) in sorted(cells.items()):
        if key not in told:
            yield f"{key[1]} on '{key[0]}' is not on the page"
        elif verdict != told[key][0] or not reasons <= told[key][1]:
            yield f"{key[1]} on '{key[0]}': {verdict} {sorted(reasons)}, but the page says {told[key]}"


def main(folder, target, *options):
    cells, target = read(folder), pathlib.Path(target)
    if "--check" not in options:
        target.write_text(page(cells))
        return 0
    wrong = list(stale(cells, parse(target.read_text())))
    for line in wrong:
        print(line + "; ./dev conformance writes it anew")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
