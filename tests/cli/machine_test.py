#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""comeback vm … and guest … on libvirt's own test driver: what they say of machines that cannot be logged on to."""
import unittest

from command import CommandTest


class Machines(CommandTest):
    def setUp(self):
        super().setUp()
        self.environment["COMEBACK_URI"] = "test:///default"

    def test_list(self):
        self.assertEqual([(vm["name"], vm["state"]) for vm in self.json("vm", "list")], [("test", "running")])
        self.assertIn("test", self.works("vm", "list"))

    def test_info_by_name_in_any_case_and_by_uuid(self):
        by_name = self.json("vm", "info", "TEST")
        self.assertEqual(self.json("vm", "info", by_name["uuid"]), by_name)
        self.assertEqual(by_name["guest_agent"], "absent")

    def test_a_machine_that_is_not_there(self):
        for words in (["vm", "info"], ["vm", "start"], ["vm", "stop"], ["vm", "dvd", "eject"], ["guest", "sessions"],
                      ["guest", "logoff"]):
            self.fails(*words, "nobody", name="VM_E_VM_UNKNOWN", names="nobody")

    def test_a_machine_without_agent(self):
        for verb in ("sessions", "logoff"):
            self.fails("guest", verb, "test", name="VM_E_ADDITIONS_FEATURE_NOT_AVAIL", names="test")

    def test_a_machine_that_runs_already(self):
        self.fails("vm", "start", "test", name="VM_E_VM_RUNNING", names="test")

    def test_define_what_libvirt_does_not_like(self):
        (self.folder / "bad.xml").write_text("<domain>", encoding="utf-8")
        self.fails("vm", "define", "bad.xml", name="E_INVALIDARG")
        self.fails("vm", "define", "gone.xml", name="ERROR_FILE_NOT_FOUND", names="gone.xml")

    def test_a_connection_that_does_not_exist(self):
        self.environment["COMEBACK_URI"] = "nonsense:///x"
        run = self.command("vm", "list")
        self.assertEqual(run.returncode, 1)
        self.assertIn("nonsense:///x", run.stderr)

    def test_the_option_wins_over_the_environment(self):
        self.environment["COMEBACK_URI"] = "nonsense:///x"
        self.works("--connect", "test:///default", "vm", "list")

    def test_read_only_may_look_but_not_change(self):
        self.environment["COMEBACK_READ_ONLY"] = "1"
        self.works("vm", "info", "test")
        self.fails("vm", "stop", "test", name="ERROR_ACCESS_DENIED")


if __name__ == "__main__":
    unittest.main()
