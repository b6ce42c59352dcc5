#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""guest logoff --no-wait on the real guest, on an embedded driver, which one process can use at a time."""
import json
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

COMEBACK = os.environ["COMEBACK"]
TEST_GUEST = os.environ["TEST_GUEST"]
FOLDER = Path(os.environ["TEST_FOLDER"])
NAME = "comeback-guest"

# Somebody whose programs do not listen to TERM and HUP: logging off waits for the grace, then kills.
STUBBORN = ("systemd-run --quiet --collect --property=PAMName=login --property=User=alice "
            "--setenv=XDG_SESSION_CLASS=user --setenv=XDG_SESSION_TYPE=tty --property=SendSIGHUP=no "
            "/bin/sh -c 'trap \"\" TERM HUP; while :; do sleep 1; done'")


def run(words, environment):
    return subprocess.run([str(w) for w in words], env=environment, capture_output=True, text=True, check=False,
                          timeout=300)


class Workers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        FOLDER.mkdir(parents=True, exist_ok=True)
        cls.state = tempfile.TemporaryDirectory(prefix="comeback-state.")
        cls.environment = {**os.environ, "COMEBACK_URI": f"qemu:///embed?root={FOLDER}/embed",
                           "XDG_STATE_HOME": cls.state.name}
        cls.built = subprocess.run([os.environ["BUILD_GUEST"], "--check"], check=True, capture_output=True,
                                   text=True).stdout.strip()

    @classmethod
    def tearDownClass(cls):
        cls.guest("down")
        cls.state.cleanup()

    @classmethod
    def guest(cls, *words):
        ran = run([TEST_GUEST, cls.built, FOLDER / "disk", *words], cls.environment)
        if ran.returncode != 0:
            raise AssertionError(f"{words}: {ran.stderr}")
        return ran.stdout

    def command(self, *words):
        return run([COMEBACK, *words], self.environment)

    def json(self, *words):
        ran = self.command("--json", *words)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return json.loads(ran.stdout)

    def wait_for_the_agent(self):
        """The first process that opens the embedded driver after the guest came up: on a busy host libvirt may find
        the agent later than a command waits for it. From then on an agent that is not found is a fault."""
        for _ in range(10):
            ran = self.command("guest", "sessions", NAME)
            if ran.returncode == 0 or "qemu-guest-agent" not in ran.stderr:
                break
        self.assertEqual(ran.returncode, 0, ran.stderr)

    def log_on(self, stubborn=False):
        self.guest("up")
        self.wait_for_the_agent()
        if stubborn:
            self.guest("run", STUBBORN)

    def begin(self):
        return self.json("guest", "logoff", NAME, "--timeout", "100", "--no-wait")["id"]

    def test_everybody_is_logged_off_in_the_background(self):
        self.log_on(stubborn=True)
        number = self.begin()
        task = self.json("task", "show", number)
        self.assertEqual((task["state"], task["cancelable"]), ("running", True))
        # The worker holds the machines: whoever else wants them is told so, and the task verbs do not want them.
        other = self.command("guest", "sessions", NAME)
        self.assertEqual(other.returncode, 1)
        self.assertIn("ERROR_SHARING_VIOLATION", other.stderr)
        self.assertIn(NAME, self.command("task", "list").stdout)
        waited = self.command("task", "wait", number)
        self.assertEqual(waited.returncode, 0, waited.stderr)
        self.assertIn("alice", waited.stdout)
        task = self.json("task", "show", number)
        self.assertEqual((task["state"], task["percent"], task["error"]), ("succeeded", 100, None))
        self.assertEqual({s["user"] for s in json.loads(task["output"])["sessions"]}, {"alice", "bob", "carol"})
        self.assertEqual(self.json("guest", "sessions", NAME), [])

    def test_nobody_is_logged_on(self):
        self.log_on()
        self.assertEqual(self.command("guest", "logoff", NAME).returncode, 0)
        number = self.begin()
        waited = self.command("task", "wait", number)
        self.assertEqual(waited.returncode, 1)
        self.assertIn("ERROR_NO_SUCH_LOGON_SESSION", waited.stderr)
        task = self.json("task", "show", number)
        self.assertEqual((task["state"], task["error"]["name"]), ("failed", "ERROR_NO_SUCH_LOGON_SESSION"))

    def test_cancelled_while_somebody_stays(self):
        self.log_on(stubborn=True)
        number = self.begin()
        cancelled = self.command("task", "cancel", number)
        self.assertEqual(cancelled.returncode, 0, cancelled.stderr)
        self.assertEqual(self.command("task", "wait", number).returncode, 1)
        task = self.json("task", "show", number)
        self.assertEqual((task["state"], task["error"]["name"]), ("cancelled", "ERROR_CANCELLED"))
        self.assertIn("alice", [s["user"] for s in self.json("guest", "sessions", NAME)])

    def test_a_killed_worker_leaves_the_machine_usable(self):
        self.log_on(stubborn=True)
        number = self.begin()
        os.kill(self.json("task", "show", number)["process"], signal.SIGKILL)
        self.assertEqual(self.command("task", "wait", number).returncode, 1)
        self.assertEqual(self.json("task", "show", number)["state"], "failed")
        self.assertIn("alice", [s["user"] for s in self.json("guest", "sessions", NAME)])


if __name__ == "__main__":
    unittest.main()
