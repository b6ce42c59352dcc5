#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py BUILD [NAME…]: whole processes against the peers, in one run, as ratios.

Images; the floor is `cat` of the files into one:
  create      100,000 files of 0 to 8 KiB, ISO 9660 with Joliet and Rock Ridge; peak memory
  create-udf  the same with UDF beside them; and UDF alone
  cold        the same as create, with nothing in the page cache (root)
  large       4 files of 512 MiB; single: one file of 2 GiB; single-5: one of 5 GiB
  dedupe      2 GiB, half of them twice, with and without --dedupe
  ls          100,000 entries of each file system; and opening an image
  extract     100,000 files, against tar
  million     10,000, 100,000 and 1,000,000 files: time and memory grow linearly
  first-byte  what was read when the first byte of the stream comes
  append      a file of 1 MiB as a new session of an image of many, in every way
  append-scale  the same in the compact way, behind 10,000, 100,000 and 1,000,000 files
Machines:
  logoff      everyone logged off a real guest, against the same done by a script inside the guest
  list        the first output of `comeback vm list`, against virsh, with a daemon of libvirt's
  fleet       everyone logged off 200 machines at once (fake agents on sockets), against the slowest of them alone
Calls:
  com         a property read early bound, late bound by DISPID and by name, and from Python, against a virtual call
              and an attribute of pybind11's
  functions   Google Benchmark programs of bench/

A table on the screen with the bar beside each figure, and BUILD/bench.json. Smaller: COMEBACK_BENCH_FILES (100000),
COMEBACK_BENCH_MIB (2048: of large, single and dedupe), COMEBACK_BENCH_MILLION (1000000), COMEBACK_BENCH_ROUNDS (5).
Files go to BUILD/bench-work, or COMEBACK_BENCH_DIR, and are removed at the end unless COMEBACK_BENCH_KEEP is set;
those of extract and million to COMEBACK_BENCH_MEMORY (/dev/shm), since making files on a disk hides all else."""
import json
import sys
from pathlib import Path

import disc
import functions
import machines

ROWS = {**disc.ROWS, **machines.ROWS, **functions.ROWS}


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    build, names = sys.argv[1], sys.argv[2:] or list(ROWS)
    for name in names:
        if name not in ROWS:
            sys.exit(f"no benchmark '{name}'; there are: {', '.join(ROWS)}")
    results, out = {}, Path(build) / "bench.json"
    with disc.work_folder(build):
        for name in names:
            results[name] = ROWS[name](build)
            sys.stdout.flush()
            out.write_text(json.dumps(results, indent=2), encoding="utf-8")
    print(f"\n{out}")


main()
