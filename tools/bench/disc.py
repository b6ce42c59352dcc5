# SPDX-License-Identifier: Apache-2.0
"""Rows about disc images. Bars: at most so many times the floor, seconds, or bytes a file."""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import corpus
from measure import ROUNDS, goal, measure, rotate, table

FILES = int(os.environ.get("COMEBACK_BENCH_FILES", "100000"))
MIB = int(os.environ.get("COMEBACK_BENCH_MIB", "2048"))
MILLION = int(os.environ.get("COMEBACK_BENCH_MILLION", "1000000"))
SESSIONS = int(os.environ.get("COMEBACK_BENCH_SESSIONS", "1000"))
MEMORY = os.environ.get("COMEBACK_BENCH_MEMORY", "/dev/shm")
FLOOR = "cat (floor)"
BRIDGE = "iso9660,joliet,rockridge"


def work_of(build):
    return Path(os.environ.get("COMEBACK_BENCH_DIR", Path(build) / "bench-work"))


@contextlib.contextmanager
def work_folder(build):
    """Corpora and images of one run."""
    try:
        yield
    finally:
        if "COMEBACK_BENCH_KEEP" not in os.environ:
            shutil.rmtree(work_of(build), ignore_errors=True)


@contextlib.contextmanager
def in_memory():
    folder = tempfile.mkdtemp(prefix="comeback-bench-", dir=MEMORY)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tool(build):
    return str(Path(build) / "bin" / "comeback")


def cat(source, image):
    return lambda: measure(["sh", "-c", f"find '{source}' -type f -print0 | xargs -0 cat"], image)


def create(build, source, image, systems=BRIDGE, *options):
    return lambda: measure([tool(build), "-q", "disc", "create", str(image), str(source), "--fs", systems, *options])


def genisoimage(source, image, *options):
    return lambda: measure(["genisoimage", "-quiet", "-input-charset", "utf-8", "-J", "-joliet-long", "-R", *options,
                            "-o", str(image), str(source)])


def xorriso(source, image, *options, sync=True):
    quick = [] if sync else ["-stdio_sync", "off"]
    return lambda: measure(["xorriso", *quick, "-as", "mkisofs", "-quiet", "-J", "-joliet-long", "-R", *options,
                            "-o", str(image), str(source)])


def compare(title, contenders, images, bars, **how):
    """Runs and shows them; `bars`: the most times the floor that a contender may take."""
    def before():
        for image in images:
            image.unlink(missing_ok=True)
        os.sync()
        how.get("cold", lambda: None)()

    rounds = how.get("rounds", ROUNDS)
    medians = rotate(contenders, before, FLOOR, rounds, how.get("warm", 1))
    table(title, medians, FLOOR, rounds)
    for name, bar in bars.items():
        goal(name, medians[name]["ratio"], bar)
    for image in images:
        image.unlink(missing_ok=True)
    return medians


def goal_memory(medians, name, files):
    goal(f"{name}, memory", medians[name]["rss_kib"] / files, 0.6, "KiB a file")


def remove_corpus(source):
    source.with_name(source.name + ".done").unlink()
    shutil.rmtree(source)


def small(build):
    return corpus.small_files(work_of(build) / "small", FILES)


def bench_create(build):
    source, image = small(build), work_of(build) / "out.iso"
    medians = compare(f"Create from {FILES} files of 0 to 8 KiB: ISO 9660, Joliet, Rock Ridge",
                      {FLOOR: cat(source, image),
                       "comeback": create(build, source, image),
                       "genisoimage": genisoimage(source, image),
                       "xorriso": xorriso(source, image),
                       "xorriso, sync off": xorriso(source, image, sync=False)}, [image], {"comeback": 1.5})
    goal_memory(medians, "comeback", FILES)
    return medians


def bench_create_udf(build):
    source, image = small(build), work_of(build) / "out.iso"
    bars = {"comeback, with UDF": 1.8, "comeback, UDF alone": 1.8}
    medians = compare(f"Create from {FILES} files of 0 to 8 KiB: with UDF",
                      {FLOOR: cat(source, image),
                       "comeback, with UDF": create(build, source, image, BRIDGE + ",udf"),
                       "comeback, UDF alone": create(build, source, image, "udf"),
                       "genisoimage -udf": genisoimage(source, image, "-udf")}, [image], bars)
    for name in bars:
        goal_memory(medians, name, FILES)
    return medians


def bench_cold(build):
    if os.geteuid() != 0:
        print("\ncold: only root can empty the page cache; skipped")
        return {}
    source, image = small(build), work_of(build) / "out.iso"

    return compare(f"Create from {FILES} files of 0 to 8 KiB, page cache empty",
                   {FLOOR: cat(source, image),
                    "comeback": create(build, source, image),
                    "genisoimage": genisoimage(source, image)}, [image], {"comeback": 0.5}, cold=empty_cache,
                   rounds=min(ROUNDS, 3), warm=0)


def empty_cache():
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")


def warm_alone(source):
    """Has the page cache hold `source` and little else: where it is full, each page of an output takes the place of
    another, and who writes pays for what was read long ago."""
    if os.geteuid() == 0:
        empty_cache()
    measure(["find", str(source), "-type", "f", "-exec", "cat", "{}", "+"])


def large_row(build, title, count, mib, peers):
    source, image = corpus.large_files(work_of(build) / "large", count, mib), work_of(build) / "out.iso"
    warm_alone(source)
    contenders = {FLOOR: cat(source, image), "comeback": create(build, source, image),
                  "comeback, with UDF": create(build, source, image, BRIDGE + ",udf"),
                  **{name: peer(source, image) for name, peer in peers.items()}}
    medians = compare(title, contenders, [image], {"comeback": 1.2, "comeback, with UDF": 1.2})
    remove_corpus(source)
    return medians


PEERS = {"genisoimage": lambda s, i: genisoimage(s, i, "-iso-level", "3"),
         "xorriso": lambda s, i: xorriso(s, i, "-iso-level", "3")}


def bench_large(build):
    return large_row(build, f"Create from 4 files of {MIB // 4} MiB", 4, MIB // 4, PEERS)


def bench_single(build):
    return large_row(build, f"Create from a file of {MIB} MiB", 1, MIB, PEERS)


def bench_single_5(build):
    # genisoimage refuses files over 4 GiB.
    return large_row(build, f"Create from a file of {MIB * 5 // 2} MiB", 1, MIB * 5 // 2,
                     {"xorriso": PEERS["xorriso"]})


def bench_dedupe(build):
    source = corpus.half_duplicate(work_of(build) / "dup", MIB)
    image = work_of(build) / "out.iso"
    deduped = create(build, source, image, BRIDGE, "--dedupe")
    medians = compare(f"Create from {MIB} MiB, half of them duplicates",
                      {FLOOR: cat(source, image),
                       "comeback": create(build, source, image),
                       "comeback --dedupe": deduped}, [image], {})
    goal("--dedupe to without", medians["comeback --dedupe"]["ratio"] / medians["comeback"]["ratio"], 1.0)
    deduped()
    goal("its image", image.stat().st_size / (MIB << 19), 1.01, "x half the bytes")
    image.unlink()
    remove_corpus(source)
    return medians


def image_of(build, source, systems, name, *options):
    image = work_of(build) / name
    if not image.exists():
        create(build, source, image, systems, *options)()
    return image


def bytes_read(process):
    for line in Path(f"/proc/{process.pid}/io").read_text(encoding="ascii").splitlines():
        if line.startswith("rchar:"):
            return int(line.split()[1])
    return 0


def bytes_read_by(words):
    """All that a process reads until its end."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    read = bytes_read(process)
    process.wait()
    return read


def bench_ls(build):
    source, listing = small(build), [tool(build), "disc", "ls", "-R"]
    bridge = image_of(build, source, BRIDGE, "ls-bridge.iso")
    udf = image_of(build, source, "udf", "ls-udf.iso")
    contenders = {"find on the source": lambda: measure(["find", str(source)]),
                  "isoinfo -R -f": lambda: measure(["isoinfo", "-R", "-f", "-i", str(bridge)]),
                  "comeback ls -lR": lambda: measure([*listing, "-l", str(bridge)])}
    bars = {}
    for name, image in {"rockridge": bridge, "joliet": bridge, "iso9660": bridge, "udf": udf}.items():
        bars["comeback, " + name] = 0.1
        contenders["comeback, " + name] = lambda fs=name, of=image: measure([*listing, "--fs", fs, str(of)])
    medians = rotate(contenders, lambda: None, "find on the source")
    table(f"List {FILES} entries", medians, "find on the source")
    for name, bar in bars.items():
        goal(name, medians[name]["wall"], bar, "s")
    for name, image in {"the bridge": bridge, "UDF": udf}.items():
        goal(f"opening {name}: info reads, the program's own libraries with it",
             bytes_read_by([tool(build), "disc", "info", str(image)]) / 1024, 256, "KiB")
    return medians


def bench_extract(build):
    source = small(build)
    with in_memory() as memory:
        archive, target = memory / "files.tar", memory / "out"
        subprocess.run(["tar", "cf", str(archive), "-C", str(source), "."], check=True)
        image = memory / "files.iso"
        create(build, source, image)()

        def before():
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()

        contenders = {"tar xf": lambda: measure(["tar", "xf", str(archive), "-C", str(target)]),
                      "comeback": lambda: measure([tool(build), "-q", "disc", "extract", str(image), str(target)]),
                      "bsdtar xf": lambda: measure(["bsdtar", "xf", str(image), "-C", str(target)])}
        medians = rotate(contenders, before, "tar xf")
    table(f"Extract {FILES} files", medians, "tar xf")
    goal("comeback", medians["comeback"]["ratio"], 1.1)
    return medians


def bench_million(build):
    counts = (MILLION // 100, MILLION // 10, MILLION)
    medians = {}
    with in_memory() as memory:
        for count in counts:
            source, image = corpus.small_files(memory / "files", count, largest=100), memory / "out.iso"
            contenders = {FLOOR: cat(source, image), f"{count}": create(build, source, image, BRIDGE + ",udf")}
            found = rotate(contenders, lambda: image.unlink(missing_ok=True), FLOOR, rounds=min(ROUNDS, 3))
            medians[f"{count}"], medians[f"{count}, cat"] = found[f"{count}"], found[FLOOR]
            image.unlink()
            remove_corpus(source)
    print(f"\nMany files of 0 to 100 bytes, every file system, in memory (medians of {min(ROUNDS, 3)})")
    print(f"  {'files':>12}{'wall s':>9}{'us a file':>11}{'KiB a file':>12}{'x cat':>8}")
    for count in counts:
        m = medians[f"{count}"]
        print(f"  {count:12}{m['wall']:9.3f}{m['wall'] * 1e6 / count:11.2f}{m['rss_kib'] / count:12.2f}{m['ratio']:8.2f}")
    last, before = medians[f"{counts[2]}"], medians[f"{counts[1]}"]
    goal("ten times the files, time", last["wall"] / before["wall"], 12)
    goal("ten times the files, memory", last["rss_kib"] / before["rss_kib"], 10)
    goal("memory", last["rss_kib"] / counts[2], 0.6, "KiB a file")
    return medians


def bench_first_byte(build):
    source = small(build)
    start = time.monotonic()
    process = subprocess.Popen([tool(build), "-q", "disc", "create", "-", str(source), "--fs", BRIDGE],
                               stdout=subprocess.PIPE)
    os.read(process.stdout.fileno(), 1)
    first, read = time.monotonic() - start, bytes_read(process)
    while os.read(process.stdout.fileno(), 1 << 20):
        pass
    whole = time.monotonic() - start
    if process.wait() != 0:
        sys.exit("comeback could not write to a pipe")
    print(f"\nFirst byte of the stream: after {first:.3f} s of {whole:.3f} s")
    goal("read until then, the program's own libraries and folders with it", read / 2**20, 1, "MiB")
    return {"first": {"wall": first}, "whole": {"wall": whole}, "read": read}


# A program's own waits for the disk become none: so are peers timed that do not wait.
UNSYNCED = ["eatmydata"]
DEEP = "/00/alpha0"  # a folder of the corpus, three from the root


def append(build, image, base, added, way, *, sync=False):
    """The next session of a copy of `base`, a file of 1 MiB in a folder of a hundred."""
    def run():
        shutil.copyfile(base, image)
        os.sync()
        return measure([*([] if sync else UNSYNCED), tool(build), "-q", "disc", "append", str(image), str(added),
                        "--at", DEEP, "--append", way])
    return run


def genisoimage_append(image, base, added, part):
    def run():
        shutil.copyfile(base, image)
        os.sync()
        end = -(-image.stat().st_size // 2048 // 32) * 32
        return measure(["genisoimage", "-quiet", "-J", "-joliet-long", "-R", "-C", f"0,{end}", "-M", str(image),
                        "-graft-points", "-o", str(part), f"{DEEP}/one={added}/one"])
    return run


def xorriso_append(image, base, added):
    def run():
        shutil.copyfile(base, image)
        os.sync()
        return measure(["xorriso", "-stdio_sync", "off", "-joliet", "on", "-dev", f"stdio:{image}",
                        "-map", str(added / "one"), f"{DEEP}/one", "-commit"])
    return run


def of_last_session(build, image):
    """Bytes of the last session besides the file of 1 MiB."""
    said = json.loads(subprocess.run([tool(build), "--json", "disc", "sessions", str(image)], check=True,
                                     capture_output=True).stdout)
    return said[-1]["blocks"] * 2048 - (1 << 20)


def written_to(image, base):
    """MiB that the last append added besides that file, without what stayed a hole, padding that is."""
    return (512 * (image.stat().st_blocks - base.stat().st_blocks) - (1 << 20)) / 2**20


@contextlib.contextmanager
def one_mib(folder):
    added = folder / "added"
    added.mkdir(parents=True, exist_ok=True)
    (added / "one").write_bytes(os.urandom(1 << 20))
    try:
        yield added
    finally:
        shutil.rmtree(added)


def bench_append(build):
    source = small(build)
    directories = sum(1 for path in source.rglob("*") if path.is_dir())
    image, part = work_of(build) / "append.iso", work_of(build) / "part.iso"
    with one_mib(work_of(build)) as added:
        iso, bridge, udf, udf_250 = bases = [
            image_of(build, source, systems, f"base-{number}.iso", *options)
            for number, (systems, *options) in enumerate(
                ([BRIDGE], [BRIDGE + ",udf"], ["udf"], ["udf", "--udf-revision", "2.50"]))]
        contenders = {"genisoimage": genisoimage_append(image, iso, added, part),
                      "xorriso, sync off": xorriso_append(image, iso, added)}
        for way in ("exact", "relinked", "compact"):
            contenders[f"comeback, {way}"] = append(build, image, iso, added, way)
            contenders[f"comeback, {way}, synced"] = append(build, image, iso, added, way, sync=True)
        for name, base in {"bridge with UDF": bridge, "UDF": udf, "UDF 2.50": udf_250}.items():
            contenders[f"{name}, exact"] = append(build, image, base, added, "exact")
            contenders[f"{name}, compact"] = append(build, image, base, added, "compact")
        medians = rotate(contenders, lambda: None, "genisoimage")
        table(f"Append a file of 1 MiB to an image of {FILES} files", medians, "genisoimage")
        goal("comeback, exact", medians["comeback, exact"]["ratio"], 0.5)
        for name in ("comeback, compact", "UDF 2.50, compact"):
            goal(name, medians[name]["ratio"], 0.05)
        limits = {f"compact, {directories} folders": (iso, round(0.2 + 0.1 * directories / 1024, 3)),
                  "UDF 2.50 with its mirror, compact": (udf_250, 0.5)}
        for name, (base, limit) in limits.items():
            append(build, image, base, added, "compact")()
            goal(f"{name}, beyond the file", written_to(image, base), limit, "MiB")
        append(build, image, iso, added, "exact")()
        print(f"  exact, beyond the file: {written_to(image, iso):.1f} MiB")
    for path in (image, part, *bases):
        path.unlink(missing_ok=True)
    return medians


def bench_append_scale(build):
    """Compact: the cost of a change, whatever is there."""
    medians, written, read = {}, {}, {}
    counts = (MILLION // 100, MILLION // 10, MILLION)
    with in_memory() as memory, one_mib(memory) as added:
        image, base = memory / "append.iso", memory / "base.iso"
        for count in counts:
            source = corpus.small_files(memory / "files", count, largest=100)
            create(build, source, base, BRIDGE)()
            remove_corpus(source)
            found = rotate({"compact": append(build, image, base, added, "compact")}, lambda: None)
            medians[f"{count}"] = found["compact"]
            written[count] = of_last_session(build, image) - path_table_bytes(build, image)
            read[count] = bytes_read_by([tool(build), "disc", "ls", str(image), DEEP])
            image.unlink()
            base.unlink()
    print(f"\nAppend a file of 1 MiB in the compact way, in memory (medians of {ROUNDS})")
    print(f"  {'files':>12}{'wall s':>9}{'RSS MiB':>9}{'KiB besides file and path tables':>36}"
          f"{'KiB read to list a folder':>28}")
    for count in counts:
        m = medians[f"{count}"]
        print(f"  {count:12}{m['wall']:9.4f}{m['rss_kib'] / 1024:9.1f}{written[count] / 1024:36.1f}"
              f"{read[count] / 1024:28.1f}")
    goal("100 times the files, time", medians[f"{counts[2]}"]["wall"] / medians[f"{counts[0]}"]["wall"], 1.5)
    goal("100 times the files, bytes", written[counts[2]] / written[counts[0]], 1.5)
    goal("100 times the files, bytes read", read[counts[2]] / read[counts[0]], 1.5)
    return medians


def path_table_bytes(build, image):
    """Of all path tables, two a volume, in whole blocks."""
    said = json.loads(subprocess.run([tool(build), "--json", "disc", "info", str(image)], check=True,
                                     capture_output=True).stdout)
    return sum(2 * -(-volume["path_table_bytes"] // 2048) * 2048 for volume in said["volumes"]
               if volume["file_system"] in ("iso9660", "joliet"))


def bench_sessions(build):
    """Many sessions on one image, each with the same tree: a file of it is replaced."""
    with in_memory() as folder:
        source, image, alone = folder / "in", folder / "many.iso", folder / "one.iso"
        source.mkdir()
        for number in range(20):
            (source / f"file{number}").write_bytes(bytes(5000))
        create(build, source, alone, BRIDGE + ",udf")()
        shutil.copyfile(alone, image)
        (folder / "more").mkdir()
        begun = time.monotonic()
        for number in range(1, SESSIONS):
            (folder / "more" / "file0").write_text(str(number), encoding="ascii")
            measure([tool(build), "-q", "disc", "append", str(image), str(folder / "more")])
        print(f"\n{SESSIONS} sessions appended in {time.monotonic() - begun:.1f} s, {image.stat().st_size >> 20} MiB")

        def asked(*words):
            return lambda: measure([tool(build), "disc", *words])

        reference = "ls, one session"
        contenders = {reference: asked("ls", "-R", str(alone)), "ls, the last": asked("ls", "-R", str(image)),
                      "ls, the first": asked("ls", "-R", str(image), "--session", "1"),
                      "disc sessions": asked("sessions", str(image))}
        medians = rotate(contenders, lambda: None, reference)
        table(f"{SESSIONS} sessions on one image: ISO 9660, Joliet, Rock Ridge, UDF", medians, reference)
        goal("the last, to an image of one session", medians["ls, the last"]["ratio"], 1.5)
        goal("disc sessions", medians["disc sessions"]["wall"], 0.2, "s")
        return medians


ROWS = {"create": bench_create, "create-udf": bench_create_udf, "cold": bench_cold, "large": bench_large,
        "single": bench_single, "single-5": bench_single_5, "dedupe": bench_dedupe, "ls": bench_ls,
        "extract": bench_extract, "million": bench_million, "first-byte": bench_first_byte, "append": bench_append,
        "append-scale": bench_append_scale, "sessions": bench_sessions}
