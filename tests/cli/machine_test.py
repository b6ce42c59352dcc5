#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""comeback vm … and guest … on libvirt's own test driver: what they say of machines that cannot be logged on to."""
import json
import os
import pty
import signal
import subprocess
import time
import unittest

from command import COMEBACK, CommandTest


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

    def rows(self, *words, status):
        run = self.command("--json", *words)
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        return json.loads(run.stdout)

    def test_several_machines_have_a_row_each_in_their_order(self):
        uuid = self.json("vm", "info", "test")["uuid"]
        for verb in ("sessions", "logoff"):
            rows = self.rows("guest", verb, "nobody", "TEST", uuid, "nobody", status=1)
            self.assertEqual([(r["machine"], r["error"]["name"]) for r in rows],
                             [("nobody", "VM_E_VM_UNKNOWN"), ("test", "VM_E_ADDITIONS_FEATURE_NOT_AVAIL")])
            run = self.command("guest", verb, "nobody", "test")
            self.assertEqual(run.returncode, 1)
            self.assertIn("VM_E_VM_UNKNOWN", run.stdout)
            self.assertIn("2 of 2 machines failed", run.stderr)

    def test_what_is_skipped_is_told_the_same_way_by_every_verb(self):
        for words in (["info"], ["sessions"], ["logoff"], ["wait", "--agent", "--timeout", "0"]):
            row, = self.rows("guest", words[0], "--all", *words[1:], status=0)
            self.assertEqual((row["machine"], row["skipped"], row["error"]["name"]),
                             ("test", True, "VM_E_ADDITIONS_FEATURE_NOT_AVAIL"))

    def test_json_is_ascii_whatever_a_machine_is_called(self):
        name = "a\x9b2J\x7f\u202e\x1b[2J"
        for words in (["vm", "info", name], ["guest", "info", name], ["guest", "logoff", name, "test"],
                      ["guest", "sessions", name, "test"], ["guest", "wait", "--agent", name, "test"]):
            run = self.command("--json", *words)
            self.assertRegex(run.stdout, r"\A[\n -~]+\Z")
            self.assertIn(name, str([e["error"] for e in self.objects(run.stdout)]).encode().decode("unicode_escape"))

    @staticmethod
    def objects(text):
        value = json.loads(text)
        return value if isinstance(value, list) else [value]

    def test_all_skips_a_machine_without_agent(self):
        rows = self.rows("guest", "logoff", "--all", status=0)
        self.assertEqual([(r["machine"], r["result"], r["hresult"]) for r in rows], [("test", "skipped", "0xA0040505")])
        self.assertIn("skipped", self.works("guest", "sessions", "--all"))
        self.works("vm", "list")

    def test_info_says_what_the_host_knows_and_why_no_more(self):
        self.fails("guest", "info", "test", name="VM_E_ADDITIONS_FEATURE_NOT_AVAIL", names="test")
        info = self.rows("guest", "info", "test", status=1)
        self.assertEqual((info["machine"], info["state"]), ("test", "running"))
        self.assertIn("running", self.command("guest", "info", "test").stdout)
        rows = self.rows("guest", "info", "test", "nobody", status=1)
        self.assertEqual([(r["machine"], r["error"]["name"]) for r in rows],
                         [("test", "VM_E_ADDITIONS_FEATURE_NOT_AVAIL"), ("nobody", "VM_E_VM_UNKNOWN")])
        self.assertEqual((rows[0]["state"], "state" in rows[1]), ("running", False))
        self.fails("guest", "info", "nobody", name="VM_E_VM_UNKNOWN", names="nobody")

    def test_a_wait_for_what_never_comes_fails_at_once(self):
        self.fails("guest", "wait", "test", "--agent", "--timeout", "86400", name="VM_E_ADDITIONS_FEATURE_NOT_AVAIL",
                   names="test")
        self.fails("guest", "wait", "nobody", "--logged-off", name="VM_E_VM_UNKNOWN", names="nobody")

    def test_watching_prints_a_line_a_change_and_ends_by_ctrl_c(self):
        with subprocess.Popen([COMEBACK, "--json", "guest", "sessions", "test", "--watch", "0.1"], cwd=self.folder,
                              env=self.environment, stdout=subprocess.PIPE, text=True) as process:
            first = json.loads(process.stdout.readline())
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=60)
        self.assertEqual((first["machine"], first["event"]), ("test", "unreachable"))
        self.assertEqual(first["error"]["name"], "VM_E_ADDITIONS_FEATURE_NOT_AVAIL")
        self.assertEqual((process.returncode, rest), (0, ""))

    def test_watching_on_a_terminal_leaves_it_clean(self):
        ours, its = pty.openpty()
        process = subprocess.Popen([COMEBACK, "guest", "sessions", "test", "--watch"], cwd=self.folder,
                                   env=self.environment, stdout=its, stderr=its, stdin=its)
        os.close(its)
        shown = b""
        while b"VM_E_ADDITIONS" not in shown or not shown.endswith(b"\x1b[?25h"):
            shown += os.read(ours, 65536)
        process.send_signal(signal.SIGINT)
        wiped = b""
        while not wiped.endswith(b"\x1b[?25h"):
            wiped += os.read(ours, 65536)
        self.assertEqual(process.wait(timeout=60), 0)
        os.close(ours)
        self.assertIn(b"\x1b[J", wiped)

    def off(self):
        """A driver of two machines: `off` does not run."""
        (self.folder / "lab.xml").write_text("""<node>
            <domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
              <name>off</name><memory>1024</memory><os><type>hvm</type></os><test:runstate>5</test:runstate></domain>
            <domain type='test'><name>on</name><memory>1024</memory><os><type>hvm</type></os></domain></node>""",
                                                encoding="utf-8")
        self.environment["COMEBACK_URI"] = f"test://{self.folder}/lab.xml"

    def test_a_machine_that_is_off_is_not_watched_by_all_but_by_its_name(self):
        self.off()
        for words, machines in ((["--all"], ["on"]), (["off", "on"], ["off", "on"])):
            with subprocess.Popen([COMEBACK, "--json", "guest", "sessions", "--watch", "0.1", *words], cwd=self.folder,
                                  env=self.environment, stdout=subprocess.PIPE, text=True) as process:
                told = [json.loads(process.stdout.readline()) for _ in machines]
                time.sleep(0.5)  # looks again meanwhile
                process.send_signal(signal.SIGINT)
                rest, _ = process.communicate(timeout=60)
            self.assertEqual(sorted(change["machine"] for change in told), machines)
            self.assertEqual((process.returncode, rest), (0, ""))

    def test_all_of_none_is_none(self):
        self.off()
        text = (self.folder / "lab.xml").read_text(encoding="utf-8")
        (self.folder / "lab.xml").write_text(text[:text.index("<domain type='test'>")] + "</node>", encoding="utf-8")
        for words in (["info"], ["sessions"], ["logoff"], ["wait", "--agent"], ["logoff", "--no-wait"]):
            self.assertEqual(self.works("guest", *words, "--all"), "No machine is running.\n")
            self.assertEqual(self.json("guest", *words, "--all"), [])
        self.assertEqual(self.json("task", "list"), [])

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
