#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""guest_test.py SOURCE BUILD: the Python example logs everyone off the real test guest and makes its image."""
import sys
import unittest
from pathlib import Path

SOURCE, BUILD = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
sys.path.insert(0, str(SOURCE / "tests/guest"))
from test_machine import MachineTest  # noqa: E402


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


unittest.main()
