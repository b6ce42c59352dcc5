#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py BUILD [NAME…]: whole processes against the peers, in one run, as ratios of medians.

  create     an image of 100,000 files of 0 to 8 KiB: comeback, genisoimage, xorriso, and the floor (cat)
  logoff     everyone logged off a real guest, against the same done by a script inside the guest
  list       the first output of `comeback vm list`, against virsh, with a daemon of libvirt's
  fleet      everyone logged off 200 machines at once (fake agents on sockets), against the slowest of them alone
  com        a property read early bound, late bound by DISPID and by name, and from Python, against a virtual call
             and an attribute of pybind11's
  functions  Google Benchmark programs of bench/

A table on the screen, and BUILD/bench.json. COMEBACK_BENCH_FILES and COMEBACK_BENCH_ROUNDS make it smaller."""
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import corpus

ROUNDS = int(os.environ.get("COMEBACK_BENCH_ROUNDS", "5"))
MACHINES = 20
FILES = int(os.environ.get("COMEBACK_BENCH_FILES", "100000"))


def measure(words, output=None):
    """Wall seconds, CPU seconds and peak KiB of one process; its output goes to `output`."""
    sink = open(output, "wb") if output else subprocess.DEVNULL
    start = time.monotonic()
    process = subprocess.Popen(words, stdout=sink, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{words[0]} ended with status {process.returncode}: {' '.join(words)}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss_kib": usage.ru_maxrss}


def rotate(contenders, before):
    """Every contender once a round, beginning with another one each round; the first round only warms."""
    runs = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(ROUNDS + 1):
        for name in names[number % len(names):] + names[:number % len(names)]:
            before()
            figures = contenders[name]()
            if number > 0:
                runs[name].append(figures)
    return {name: {key: statistics.median(run[key] for run in all_runs) for key in all_runs[0]}
            for name, all_runs in runs.items()}


def first_output(words, env, user):
    """Wall seconds until a process prints something."""
    start = time.monotonic()
    process = subprocess.Popen(words, env=env, user=user, stdout=subprocess.PIPE)
    os.read(process.stdout.fileno(), 1)
    wall = time.monotonic() - start
    process.stdout.read()
    if process.wait() != 0:
        sys.exit(f"{words[0]} ended with status {process.returncode}: {' '.join(words)}")
    return {"wall": wall}


def goal(what, value, limit, unit="x"):
    print(f"  {what}: {value:.2f} {unit}, at most {limit} {unit} wanted: {'met' if value <= limit else 'MISSED'}")


def table(title, medians, reference):
    print(f"\n{title} (medians of {ROUNDS})")
    print(f"  {'':24}{'wall s':>9}{'CPU s':>9}{'RSS MiB':>9}{'  x ' + reference:>14}")
    base = medians[reference]["wall"]
    for name, m in sorted(medians.items(), key=lambda item: item[1]["wall"]):
        print(f"  {name:24}{m['wall']:9.3f}{m.get('cpu', 0):9.3f}{m.get('rss_kib', 0) / 1024:9.1f}{m['wall'] / base:14.2f}")


def bench_create(build):
    work = Path(build) / "bench-create"
    source = corpus.small_files(work / "corpus", FILES)
    image = work / "out.iso"
    tool = str(Path(build) / "bin" / "comeback")

    def before():
        image.unlink(missing_ok=True)
        os.sync()

    contenders = {
        "cat (floor)": lambda: measure(["sh", "-c", f"find '{source}' -type f -print0 | xargs -0 cat"], image),
        "comeback": lambda: measure([tool, "-q", "disc", "create", str(image), str(source)]),
        "genisoimage": lambda: measure(["genisoimage", "-quiet", "-input-charset", "utf-8", "-J", "-joliet-long",
                                        "-o", str(image), str(source)]),
        "xorriso": lambda: measure(["xorriso", "-as", "mkisofs", "-quiet", "-J", "-joliet-long", "-o", str(image),
                                    str(source)]),
        "xorriso, sync off": lambda: measure(["xorriso", "-stdio_sync", "off", "-as", "mkisofs", "-quiet", "-J",
                                              "-joliet-long", "-o", str(image), str(source)]),
    }
    medians = rotate(contenders, before)
    image.unlink(missing_ok=True)
    table(f"Create from {FILES} files of 0 to 8 KiB, ISO 9660 and Joliet", medians, "cat (floor)")
    return medians


def bench_logoff(build):
    report = Path(build) / "bench-logoff.json"
    # Single logoffs spread by a third, as the guest has other work to do or not.
    subprocess.run([str(Path(build) / "bin" / "logoff_bench"), str(report), str(3 * ROUNDS)], check=True)
    medians = json.loads(report.read_text(encoding="utf-8"))
    logoff, nobody = ("comeback", "script in the guest"), ("nobody", "one list")
    table("Log two users off a real guest", {name: medians[name] for name in logoff}, logoff[1])
    goal("logging off", medians[logoff[0]]["wall"] / medians[logoff[1]]["wall"], 1.25)
    table("The answer that nobody is logged on", {name: medians[name] for name in nobody}, nobody[1])
    goal("the answer", medians[nobody[0]]["wall"] / medians[nobody[1]]["wall"], 2.5)
    return medians


@contextlib.contextmanager
def daemon():
    """An ordinary user's libvirt with machines; yields his name, if it is another's, and his environment."""
    with tempfile.TemporaryDirectory(prefix="cbb") as folder:  # short: sockets lie below it
        home = Path(folder)
        user = "nobody" if os.geteuid() == 0 else None
        env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run"),
               "LIBVIRT_DEFAULT_URI": "qemu:///session", "LIBVIRT_AUTOSTART": "0"}
        (home / "run").mkdir(mode=0o700)
        if user:
            shutil.chown(home, user)
            shutil.chown(home / "run", user)
        quiet = {"env": env, "user": user, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(["/usr/sbin/libvirtd"], **quiet)
        try:
            define_machines(home, quiet)
            yield user, env
        finally:
            process.terminate()
            process.wait()


def define_machines(home, quiet):
    until = time.monotonic() + 60
    while subprocess.run(["virsh", "version"], **quiet).returncode != 0:
        if time.monotonic() > until:
            sys.exit("libvirt's daemon does not come up")
        time.sleep(0.1)
    description = home / "machine.xml"
    for number in range(MACHINES):
        description.write_text(f"<domain type='qemu'><name>lab{number}</name><memory>65536</memory>"
                               "<os><type arch='x86_64'>hvm</type></os></domain>", encoding="utf-8")
        subprocess.run(["virsh", "define", str(description)], **quiet, check=True)


def bench_list(build):
    with daemon() as (user, env):
        tool = shutil.copy(Path(build) / "bin" / "comeback", env["HOME"])  # where its user may look
        contenders = {"comeback": lambda: first_output([tool, "vm", "list"], env, user),
                      "virsh": lambda: first_output(["virsh", "list", "--all"], env, user)}
        medians = rotate(contenders, lambda: None)
    table(f"First output of a list of {MACHINES} machines, of a daemon", medians, "virsh")
    goal("comeback's", medians["comeback"]["wall"] * 1000, 50, "ms")
    return medians


def bench_fleet(build):
    report = Path(build) / "bench-fleet.json"
    subprocess.run([str(Path(build) / "bin" / "fleet_bench"), str(report), str(ROUNDS)], check=True)
    medians = json.loads(report.read_text(encoding="utf-8"))
    table("Log everyone off 200 machines at once", medians, "the slowest alone")
    goal("all of them", medians["200 machines"]["wall"] / medians["the slowest alone"]["wall"], 1.5)
    print(f"  threads at most: {medians['200 machines']['threads']:.0f}")
    return medians


def google_benchmark(build, program):
    report = Path(build) / f"{program}.json"
    subprocess.run([str(Path(build) / "bin" / program), f"--benchmark_out={report}", "--benchmark_out_format=json"],
                   check=True)
    return json.loads(report.read_text(encoding="utf-8"))["benchmarks"]


def python_rows(build):
    """{row: nanoseconds} from bench/python_bench.py, in a process of its own."""
    script = Path(__file__).parents[2] / "bench" / "python_bench.py"
    folders = f"{Path(build) / 'python'}:{Path(build) / 'python-test'}"
    run = subprocess.run(["/usr/bin/python3", str(script)], env={**os.environ, "PYTHONPATH": folders},
                         stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout)


def bench_com(build):
    results = google_benchmark(build, "com_bench")
    times = {r["name"]: r["cpu_time"] for r in results}
    python = python_rows(build)
    print(f"\nA property read {'':15}{'time':>9}{'x virtual call':>18}{'x pybind11':>12}")
    for name, nanoseconds in times.items():
        print(f"  {name:28}{nanoseconds:9.1f} ns{nanoseconds / times['virtual_call']:14.1f}")
    for name, nanoseconds in python.items():
        ratio = nanoseconds / python["pybind11 " + name.split()[1]]
        print(f"  {'Python: ' + name:28}{nanoseconds:9.1f} ns{nanoseconds / times['virtual_call']:14.1f}{ratio:13.2f}")
    return {"functions": results, "python": python}


def bench_functions(build):
    results = {}
    for program in sorted((Path(build) / "bin").glob("*_bench")):
        if program.name not in ("logoff_bench", "fleet_bench", "com_bench"):
            results[program.name] = google_benchmark(build, program.name)
    return results


def main():
    build, names = sys.argv[1], sys.argv[2:] or ["create", "logoff", "list", "fleet", "com", "functions"]
    known = {"create": bench_create, "logoff": bench_logoff, "list": bench_list, "fleet": bench_fleet, "com": bench_com,
             "functions": bench_functions}
    for name in names:
        if name not in known:
            sys.exit(f"no benchmark '{name}'; there are: {', '.join(known)}")
    results, out = {}, Path(build) / "bench.json"
    for name in names:
        results[name] = known[name](build)
        out.write_text(json.dumps(results, indent=2), encoding="utf-8")
    print(f"\n{out}")


main()
