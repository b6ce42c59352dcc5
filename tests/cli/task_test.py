#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--no-wait and comeback task …: real workers, killed, cancelled, waited for, with no room to write."""
import json
import os
import resource
import signal
import subprocess
import time
import unittest

from command import CommandTest

SLOW_TASK = os.environ["SLOW_TASK"]


class Tasks(CommandTest):
    def setUp(self):
        super().setUp()
        self.tasks = self.folder / "state" / "comeback" / "tasks"
        self.go = self.folder / "go"

    def tearDown(self):
        """No worker is left: they all end by the file."""
        self.go.touch()
        for task in self.list():
            if task["state"] == "running":
                self.command("task", "wait", task["id"], "--timeout", "60")
        super().tearDown()

    def slow(self, *words, **more):
        return subprocess.run([SLOW_TASK, str(self.tasks.parent), *words], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, check=False, timeout=120, **more)

    def begin(self, *words):
        """Returns at once, although the work goes on: what is captured is closed by the worker."""
        run = self.slow("json", *words)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)["id"]

    def list(self):
        return self.json("task", "list")

    def show(self, number):
        return self.json("task", "show", number)

    def until(self, number, member, value):
        """Looks until the member has the value; the test's own time-out is the limit."""
        while (task := self.show(number))[member] != value:
            time.sleep(0.05)
        return task

    def kill(self, number, how):
        os.kill(self.show(number)["process"], how)

    def test_nothing_was_begun_yet(self):
        self.assertEqual(self.list(), [])
        self.assertEqual(self.works("task", "list"), "There are no tasks.\n")
        self.assertFalse(self.tasks.exists())

    def test_a_worker_goes_on_without_its_starter_and_ends(self):
        number = self.begin()
        task = self.show(number)
        self.assertEqual((task["state"], task["description"], task["cancelable"], task["ended"], task["error"]),
                         ("running", "Slow work", True, None, None))
        self.assertEqual(os.getsid(task["process"]), task["process"])
        self.assertIn("Slow work", self.works("task", "list"))
        self.go.touch()
        self.assertEqual(self.works("task", "wait", number), "all done\n")
        task = self.show(number)
        self.assertEqual((task["state"], task["percent"], task["status"], task["cancelable"], task["error"]),
                         ("succeeded", 100, 0, False, None))
        self.assertEqual((task["output"], task["messages"]), ("all done\n", "looking\n"))
        self.assertIn("succeeded, 100 %", self.works("task", "show", number))

    def test_percent_rises_and_is_100_only_at_the_end(self):
        number = self.begin()
        seen = [self.show(number)["percent"] for _ in range(5)]
        self.assertEqual(seen, sorted(seen))
        self.assertLess(seen[-1], 100)
        self.go.touch()
        self.assertEqual(self.until(number, "state", "succeeded")["percent"], 100)

    def test_a_killed_worker_has_failed(self):
        number = self.begin()
        self.kill(number, signal.SIGKILL)
        task = self.until(number, "state", "failed")
        self.assertEqual(task["error"]["name"], "DISP_E_EXCEPTION")
        self.assertIn("killed", task["error"]["message"])
        self.assertIn("failed", self.works("task", "list"))
        self.assertEqual(self.command("task", "wait", number).returncode, 1)
        self.fails("task", "cancel", number, name="E_FAIL", names="has ended already")

    def test_the_number_of_a_killed_worker_may_be_anybodys(self):
        number = self.begin()
        self.kill(number, signal.SIGKILL)
        self.until(number, "state", "failed")
        with subprocess.Popen(["sleep", "600"]) as other:
            record = json.loads((self.tasks / f"{number}.json").read_text(encoding="utf-8"))
            record["process"] = other.pid
            (self.tasks / f"{number}.json").write_text(json.dumps(record), encoding="utf-8")
            self.assertEqual(self.show(number)["state"], "failed")
            self.fails("task", "cancel", number, name="E_FAIL")
            self.assertIsNone(other.poll())
            other.kill()

    def test_cancel_reaches_the_worker(self):
        number = self.begin()
        self.assertIn("asked to stop", self.works("task", "cancel", number))
        run = self.command("task", "wait", number)
        self.assertEqual(run.returncode, 1)
        self.assertIn("ERROR_CANCELLED", run.stderr)
        task = self.show(number)
        self.assertEqual((task["state"], task["error"]["name"]), ("cancelled", "ERROR_CANCELLED"))
        self.fails("task", "cancel", number, name="E_FAIL", names="has ended already")

    def test_work_that_cannot_be_cancelled_goes_on(self):
        number = self.begin("fixed")
        self.assertFalse(self.show(number)["cancelable"])
        self.fails("task", "cancel", number, name="E_FAIL", names="cannot be cancelled")
        for _ in range(3):  # nor does a signal of somebody else's end it
            self.kill(number, signal.SIGTERM)
        self.assertEqual(self.show(number)["state"], "running")
        self.go.touch()
        self.assertEqual(self.works("task", "wait", number), "all done\n")

    def test_two_at_once_have_numbers_of_their_own(self):
        starters = [subprocess.Popen([SLOW_TASK, str(self.tasks.parent), "json"], cwd=self.folder,
                                     env=self.environment, stdout=subprocess.PIPE) for _ in range(6)]
        numbers = [json.loads(s.communicate()[0])["id"] for s in starters]
        self.assertEqual(sorted(numbers), list(range(1, 7)))
        self.assertEqual({t["state"] for t in self.list()}, {"running"})
        self.works("task", "cancel", numbers[0])
        self.until(numbers[0], "state", "cancelled")
        self.assertEqual(sorted(t["state"] for t in self.list()), ["cancelled"] + ["running"] * 5)

    def test_work_that_fails(self):
        self.go.touch()
        number = self.begin("fail")
        task = self.until(number, "state", "failed")
        self.assertEqual((task["status"], task["error"]["name"]), (1, "VM_E_TIMED_OUT"))
        self.assertEqual(task["error"]["message"], "It took too long.")
        run = self.command("task", "wait", number)
        self.assertEqual(run.returncode, 1)
        self.assertIn("It took too long. (VM_E_TIMED_OUT)", run.stderr)

    def test_the_error_is_there_as_soon_as_the_task_has_failed(self):
        for name in ("go", "stay"):
            (self.folder / name).touch()
        number = self.begin("fail", "linger")
        task = self.until(number, "state", "failed")
        self.assertEqual(json.loads(task["output"])["error"]["name"], "VM_E_TIMED_OUT")
        (self.folder / "stay").unlink()

    def test_what_cannot_begin_is_no_task(self):
        run = self.slow("refuse")
        self.assertEqual(run.returncode, 1)
        self.assertIn("The machine 'x' is off. (VM_E_VM_NOT_RUNNING)", run.stderr)
        self.assertEqual(self.list(), [])
        self.assertEqual([p.name for p in self.tasks.iterdir()], [])
        run = self.slow("refuse", "json")
        self.assertEqual(json.loads(run.stdout)["error"]["name"], "VM_E_VM_NOT_RUNNING")

    def test_a_wait_has_an_end(self):
        number = self.begin()
        run = self.command("task", "wait", number, "--timeout", "0")
        self.assertEqual(run.returncode, 1)
        self.assertIn("VM_E_TIMED_OUT", run.stderr)
        words = [os.environ["COMEBACK"], "--progress", "always", "task", "wait", str(number)]
        with subprocess.Popen(words, cwd=self.folder, env=self.environment, stderr=subprocess.PIPE) as waiting:
            waiting.stderr.read(1)  # it shows how far the task is: it waits
            waiting.send_signal(signal.SIGINT)
            self.assertIn(b"goes on", waiting.communicate()[1])
            self.assertEqual(waiting.returncode, 1)
        self.assertEqual(self.show(number)["state"], "running")

    def test_no_such_task(self):
        for verb in ("show", "cancel", "wait"):
            self.fails("task", verb, "77", name="E_INVALIDARG", names="There is no task 77")
            for word in ("0", "-1", "x", "../1", "99999999999"):
                self.assertEqual(self.command("task", verb, word).returncode, 2, word)

    def test_damaged_records_are_rows(self):
        number = self.begin()
        for name, text in {"7.json": "{", "8.json": '{"state":"running"}', "9.json": "\x1b[2J"}.items():
            (self.tasks / name).write_text(text, encoding="utf-8")
        self.assertEqual([(t["id"], t["state"]) for t in self.list()],
                         [(number, "running"), (7, "damaged"), (8, "damaged"), (9, "damaged")])
        self.assertNotIn("\x1b", self.works("task", "list") + self.works("task", "show", "9"))
        for verb in ("cancel", "wait"):
            self.fails("task", verb, "8", name="DISP_E_EXCEPTION", names="damaged")

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_folder_that_may_not_be_written_to(self):
        self.tasks.mkdir(parents=True)
        self.tasks.chmod(0o500)
        run = self.slow()
        self.tasks.chmod(0o700)
        self.assertEqual(run.returncode, 1)
        self.assertIn("ERROR_ACCESS_DENIED", run.stderr)

    def test_a_folder_that_is_none(self):
        self.tasks.parent.mkdir(parents=True)
        self.tasks.write_text("a file", encoding="utf-8")
        run = self.slow()
        self.assertEqual(run.returncode, 1)
        self.assertIn(str(self.tasks), run.stderr)
        self.fails("task", "list", name="ERROR_PATH_NOT_FOUND", names=self.tasks)
        self.tasks.unlink()

    def test_no_room_for_a_record_is_an_error_and_nothing_is_begun(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
        run = self.slow(preexec_fn=limit)
        self.assertEqual(run.returncode, 1)
        self.assertIn("ERROR_DISK_FULL", run.stderr)
        self.assertEqual([p.name for p in self.tasks.iterdir()], [])

    def test_no_room_for_the_output_is_an_error_of_the_task(self):
        self.go.touch()
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        run = self.slow("json", "grow", preexec_fn=limit)
        self.assertEqual(run.returncode, 0, run.stderr)
        task = self.until(json.loads(run.stdout)["id"], "state", "failed")
        self.assertEqual(task["error"]["name"], "ERROR_DISK_FULL")

    def test_a_starter_without_standard_files(self):
        run = subprocess.run(["sh", "-c", f'"{SLOW_TASK}" "{self.tasks.parent}" <&- >&- 2>&-'], cwd=self.folder,
                             env=self.environment, check=False, timeout=60)
        self.assertEqual([t["state"] for t in self.list()], ["running"], run.returncode)
        self.go.touch()
        self.assertEqual(self.until(1, "state", "succeeded")["output"], "all done\n")


class MachineTasks(CommandTest):
    """The verbs themselves, on libvirt's test driver."""

    def setUp(self):
        super().setUp()
        self.environment["COMEBACK_URI"] = "test:///default"

    def test_stop(self):
        task = self.json("vm", "stop", "test", "--no-wait")
        self.assertEqual((task["id"], task["description"]), (1, "Stop 'test'"))
        self.assertEqual(json.loads(self.works("task", "wait", "1"))["state"], "turned off")
        shown = self.json("task", "show", "1")
        self.assertEqual((shown["state"], shown["command"]), ("succeeded", ["--json", "vm", "stop", "test", "--no-wait"]))

    def test_the_number_is_what_is_printed(self):
        self.assertEqual(self.works("vm", "save", "test", "--no-wait"), "Task 1: Save 'test'\n")
        self.works("task", "wait", "1")
        self.assertEqual(self.works("-q", "vm", "stop", "test", "--no-wait"), "Task 2: Stop 'test'\n")
        self.works("task", "wait", "2")

    def test_what_fails_at_once_fails_as_without_no_wait(self):
        for words, code in ((["vm", "start", "test"], "VM_E_VM_RUNNING"), (["vm", "stop", "x"], "VM_E_VM_UNKNOWN"),
                            (["guest", "logoff", "test"], "VM_E_ADDITIONS_FEATURE_NOT_AVAIL")):
            run, waited = self.command(*words, "--no-wait"), self.command(*words)
            self.assertEqual((run.returncode, run.stderr, run.stdout),
                             (waited.returncode, waited.stderr, waited.stdout))
            self.fails(*words, "--no-wait", name=code)
        self.assertEqual(self.json("task", "list"), [])

    def test_a_logoff_of_several_that_all_refuse_is_no_task(self):
        for words in (["test", "nobody"], ["--all"]):
            run, waited = (self.command("guest", "logoff", *words, *more) for more in (["--no-wait"], []))
            self.assertEqual((run.returncode, run.stderr, run.stdout), (waited.returncode, waited.stderr, waited.stdout))
            self.assertEqual(run.returncode, 0 if words == ["--all"] else 1)
        self.assertEqual(self.json("task", "list"), [])

    def test_only_verbs_with_a_task_take_it(self):
        for words in (["vm", "info", "test"], ["guest", "sessions", "test"], ["disc", "info", "x.iso"]):
            self.assertEqual(self.command(*words, "--no-wait").returncode, 2)


if __name__ == "__main__":
    unittest.main()
