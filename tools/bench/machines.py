# SPDX-License-Identifier: Apache-2.0
"""Rows about virtual machines and those who are logged on to them."""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import ROUNDS, first_output, goal, rotate, table

MACHINES = 20


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


ROWS = {"logoff": bench_logoff, "list": bench_list, "fleet": bench_fleet}
