# SPDX-License-Identifier: Apache-2.0
"""Folders of files that are the same everywhere: made from a seed."""
import random
from pathlib import Path

WORDS = ["alpha", "beta", "übung", "gamma", "données", "файл", "資料", "long" * 20, "read me", "δοκιμή"]


def small_files(folder, count):
    """`count` files of 0 to 8 KiB, about a hundred a directory, some names long or not ASCII. Kept for later runs."""
    folder = Path(folder) / str(count)
    done = folder.with_suffix(".done")
    if done.exists():
        return folder
    chance = random.Random(20261121)
    block = chance.randbytes(1 << 20)
    for number in range(count):
        directory = folder / f"{number // 10000:02}" / f"{WORDS[number // 100 % len(WORDS)]}{number // 100 % 100}"
        if number % 100 == 0:
            directory.mkdir(parents=True, exist_ok=True)
        start, size = chance.randrange(len(block) - 8192), chance.randrange(8193)
        (directory / f"{WORDS[number % len(WORDS)]}-{number:06}.txt").write_bytes(block[start:start + size])
    done.touch()
    return folder
