# SPDX-License-Identifier: Apache-2.0
"""Folders of files that are the same everywhere: made from a seed."""
import random
import shutil
from pathlib import Path

WORDS = ["alpha", "beta", "übung", "gamma", "données", "файл", "資料", "long" * 20, "read me", "δοκιμή"]
MIB = 1 << 20


def once(folder, make):
    """The folder, made by `make(folder)` where an earlier call has not made it."""
    folder = Path(folder)
    done = folder.with_name(folder.name + ".done")
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        done.touch()
    return folder


def small_files(folder, count, largest=8192):
    """`count` files of 0 to 8 KiB, about a hundred a directory, some names long or not ASCII."""
    def make(folder):
        chance = random.Random(20261121)
        block = chance.randbytes(MIB)
        for number in range(count):
            directory = folder / f"{number // 10000:02}" / f"{WORDS[number // 100 % len(WORDS)]}{number // 100 % 100}"
            if number % 100 == 0:
                directory.mkdir(parents=True, exist_ok=True)
            start, size = chance.randrange(len(block) - 8192), chance.randrange(largest + 1)
            (directory / f"{WORDS[number % len(WORDS)]}-{number:06}.txt").write_bytes(block[start:start + size])
    return once(Path(folder) / f"{count}-{largest}", make)


def write_large(path, mib, seed):
    """Bytes that no compression and no sparse file makes smaller, and no other seed equals."""
    block = bytearray(random.Random(20261121).randbytes(MIB))
    with open(path, "wb") as out:
        for number in range(mib):
            block[:16] = seed.to_bytes(8, "big") + number.to_bytes(8, "big")
            out.write(block)


def large_files(folder, count, mib):
    def make(folder):
        for number in range(count):
            write_large(folder / f"large-{number}.bin", mib, number)
    return once(Path(folder) / f"{count}x{mib}", make)


def half_duplicate(folder, mib):
    """Files of 8 MiB, `mib` together: those in one folder equal those in the other."""
    def make(folder):
        for name in ("one", "other"):
            (folder / name).mkdir()
            for number in range(mib // 16):
                write_large(folder / name / f"{number:04}.bin", 8, 1000 + number)
    return once(Path(folder) / f"dup-{mib}", make)
