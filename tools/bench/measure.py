# SPDX-License-Identifier: Apache-2.0
"""Whole processes, measured in turns; and how the figures are shown."""
import os
import random
import statistics
import subprocess
import sys
import time

ROUNDS = int(os.environ.get("COMEBACK_BENCH_ROUNDS", "5"))


def measure(words, output=None):
    """Wall seconds, CPU seconds and peak KiB of one process; its output goes to `output`."""
    sink = open(output, "wb") if output else subprocess.DEVNULL
    start = time.monotonic()
    process = subprocess.Popen(words, stdout=sink, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if output:
        sink.close()
    if process.returncode != 0:
        sys.exit(f"{words[0]} ended with status {process.returncode}: {' '.join(words)}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss_kib": usage.ru_maxrss}


def rotate(contenders, before, reference=None, rounds=ROUNDS, warm=1):
    """Every contender once a round, each round in an order of its own: what one leaves behind, such as dirty pages,
    meets another one each time. The first rounds only warm. Medians; `ratio` is that of the wall seconds to the
    reference's of the same round: a machine's speed drifts."""
    order = random.Random(rounds)
    runs = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds + warm):
        for name in order.sample(names, len(names)):
            before()
            figures = contenders[name]()
            if number >= warm:
                runs[name].append(figures)
    for one in runs.values():
        for number, figures in enumerate(one):
            if reference:
                figures["ratio"] = figures["wall"] / runs[reference][number]["wall"]
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


def table(title, medians, reference, rounds=ROUNDS):
    print(f"\n{title} (medians of {rounds})")
    print(f"  {'':24}{'wall s':>9}{'CPU s':>9}{'RSS MiB':>9}{'  x ' + reference:>14}")
    base = medians[reference]["wall"]
    for name, m in sorted(medians.items(), key=lambda item: item[1]["wall"]):
        ratio = m.get("ratio", m["wall"] / base)
        print(f"  {name:24}{m['wall']:9.3f}{m.get('cpu', 0):9.3f}{m.get('rss_kib', 0) / 1024:9.1f}{ratio:14.2f}")
