#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""guest_test.py SOURCE BUILD: the Python example logs everyone off the real test guest and makes its image."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE, BUILD = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))


HANDLER = """
import threading, comeback

class Handler:
    def __init__(self):
        self.heard, self.enough = [], threading.Event()

    def OnGuestLogoff(self, kind):
        self.heard.append(kind)
        if len(self.heard) == 3:
            self.enough.set()

    def OnVMStateChange(self, name, state):
        raise ValueError("heard by nobody")

application = comeback.Dispatch("VirtualPC.Application")
machine = application.FindVirtualMachine("comeback-guest")
handler = Handler()
kept = [comeback.connect(machine, handler), comeback.connect(application, Handler())]
machine.GuestOS.Logoff().WaitForCompletion(-1)
handler.enough.wait(60)
print("heard", handler.heard)
"""


class GuestTest(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.TemporaryDirectory(prefix="comeback-python.")
        embedded = BUILD / "guest" / "python"
        self.environment = {**os.environ, "PATH": f"{BUILD / 'bin'}:{os.environ['PATH']}",
                            "PYTHONPATH": str(BUILD / "python"), "COMEBACK_URI": f"qemu:///embed?root={embedded}"}
        built = subprocess.run([SOURCE / "tools/guest/build.sh", "--check"], capture_output=True, text=True, check=True)
        self.guest = [str(BUILD / "bin/comeback-test-guest"), built.stdout.strip(), str(embedded / "disk")]

    def tearDown(self):
        self.run_words([*self.guest, "down"])
        self.work.cleanup()

    def run_words(self, words):
        return subprocess.run(words, cwd=self.work.name, env=self.environment, capture_output=True, text=True,
                              check=False, timeout=240)

    def works(self, words):
        run = self.run_words(words)
        self.assertEqual(run.returncode, 0, f"{words}: {run.stdout}{run.stderr}")
        return run.stdout

    def test_the_example_logs_everyone_off_and_then_finds_nobody(self):
        self.works([*self.guest, "up"])
        self.works([*self.guest, "log-in"])
        self.assertIn("alice", self.works(["comeback", "guest", "sessions", "comeback-guest"]))
        example = [sys.executable, str(SOURCE / "examples/demo.py"), "x.iso", str(SOURCE / "examples"), "comeback-guest"]
        first = self.works(example)
        self.assertIn("100 %", first)
        self.assertIn("Error 0x00000000", first)
        self.assertRegex(first, r"(?m)^MultipleUserSessionsAllowed: (True|False)$")
        self.assertIn("MultisessionInterfaces: ()", first)
        self.assertIn("Nobody", self.works(["comeback", "guest", "sessions", "comeback-guest"]))
        second = self.works(example)
        self.assertRegex(second, r"Result [1-9]\d*, Error 0x80070520 \S")
        self.works(["comeback", "disc", "verify", "x.iso", "--against", str(SOURCE / "examples")])

    def test_a_handler_hears_who_was_logged_off_and_may_be_left_connected(self):
        self.works([*self.guest, "up"])
        self.works([*self.guest, "log-in"])
        self.assertIn("heard [2, 2, 2]", self.works([sys.executable, "-c", HANDLER]))


unittest.main()
