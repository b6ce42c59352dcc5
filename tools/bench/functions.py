# SPDX-License-Identifier: Apache-2.0
"""Rows about single calls: Google Benchmark programs, and Python."""
import json
import os
import subprocess
from pathlib import Path


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


ROWS = {"com": bench_com, "functions": bench_functions}
