#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""guest_test.py SOURCE BUILD: the Python example logs everyone off the real test guest and makes its image."""
import sys
import unittest
from pathlib import Path

SOURCE, BUILD = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
sys.path.insert(0, str(SOURCE / "tests/guest"))
from test_machine import MachineTest  # noqa: E402


HANDLER = """
import threading, comeback

class Handler:
    def __init__(self):
        self.heard, self.enough = [], threading.Event()

    def OnGuestLogoff(self, kind):
        self.heard.append(kind)
        if len(self.heard) == 3:
            self.enough.set()

class Clumsy:
    def OnGuestLogoff(self, kind):
        raise ValueError("keeps nobody else from hearing")

application = comeback.Dispatch("VirtualPC.Application")
machine = application.FindVirtualMachine("comeback-guest")
handler = Handler()
kept = [comeback.connect(machine, Clumsy()), comeback.connect(machine, handler)]
machine.GuestOS.Logoff().WaitForCompletion(-1)
handler.enough.wait(60)
print("heard", handler.heard)
"""


class GuestTest(MachineTest):
    SOURCE, BUILD, DRIVER = SOURCE, BUILD, "python"

    def test_the_example_logs_everyone_off_and_then_finds_nobody(self):
        self.log_everyone_in()
        example = [sys.executable, str(SOURCE / "examples/demo.py"), "x.iso", str(SOURCE / "examples"), "comeback-guest"]
        first = self.works(example)
        self.assertIn("100 %", first)
        self.assertIn("Error 0x00000000", first)
        self.assertRegex(first, r"(?m)^MultipleUserSessionsAllowed: (True|False)$")
        self.assertIn("MultisessionInterfaces: ()", first)
        self.assert_nobody_is_on()
        second = self.works(example)
        self.assertRegex(second, r"Result [1-9]\d*, Error 0x80070520 \S")
        self.works(["comeback", "disc", "verify", "x.iso", "--against", str(SOURCE / "examples")])

    def test_a_handler_hears_who_was_logged_off_and_may_be_left_connected(self):
        self.log_everyone_in()
        self.assertIn("heard [2, 2, 2]", self.works([sys.executable, "-c", HANDLER]))


unittest.main()
