#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Threads, Ctrl-C, handlers of events on threads that Python has not made, and the end of the interpreter."""
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import comeback
import comeback_probe
from comeback import _com

EVENTS = "{9B0B6C5B-7C4C-4E0A-8C38-5A5B7C0E1D01}"
E_FAIL = comeback.constants.E_FAIL


def interrupt_soon():
    """Ctrl-C for this process, once the main thread is in its call."""
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    return timer


class Interrupts(unittest.TestCase):
    def setUp(self):
        self.task = comeback.Object(comeback_probe.make_task())

    def test_ctrl_c_ends_a_wait_without_limit(self):
        timer = interrupt_soon()
        with self.assertRaises(KeyboardInterrupt):
            self.task.WaitForCompletion(-1)
        timer.join()
        self.assertFalse(self.task.IsComplete)

    def test_ctrl_c_ends_a_wait_by_the_name_of_its_argument(self):
        timer = interrupt_soon()
        with self.assertRaises(KeyboardInterrupt):
            self.task.waitforcompletion(timeout=3_600_000)
        timer.join()

    def test_a_wait_ends_with_the_task_or_with_its_time(self):
        self.task.WaitForCompletion(0)
        self.task.WaitForCompletion(150)
        self.assertFalse(self.task.IsComplete)
        threading.Timer(0.2, self.task.Cancel).start()
        self.task.WaitForCompletion(-1)
        self.assertTrue(self.task.IsComplete)
        self.assertRaises(comeback.com_error, self.task.WaitForCompletion, -2)

    def test_another_thread_waits_in_one_call(self):
        thread = threading.Thread(target=self.task.WaitForCompletion, args=(-1,))
        thread.start()
        self.task.Cancel()
        thread.join()

    def test_ctrl_c_ends_a_copy(self):
        class Endless(io.RawIOBase):
            def write(self, data):
                return len(data)

        class Slow(Endless):
            def write(self, data):
                time.sleep(0.01)
                return len(data)

        stream = comeback.Stream.on_bytes(bytes(256 << 20))
        timer = interrupt_soon()
        with self.assertRaises(KeyboardInterrupt):
            shutil.copyfileobj(stream, Slow(), 1 << 16)
        timer.join()
        self.assertLess(stream.tell(), len(stream))

    def test_ctrl_c_ends_a_copy_that_does_not_pass_python(self):
        with tempfile.NamedTemporaryFile() as source:
            os.truncate(source.name, 1 << 42)  # with nothing in it: it takes no room, but days to read
            stream, target = comeback.Stream.on_file(source.name), comeback.Stream.on_file("/dev/null", "r+b")
            timer = interrupt_soon()
            with self.assertRaises(KeyboardInterrupt):
                stream.copy_to(target)
            timer.join()
            self.assertLess(stream.tell(), len(stream))

    def test_ctrl_c_is_heard_after_a_call_that_cannot_be_cut_short(self):
        stream = comeback.Stream.on_bytes(bytes(64 << 20))
        with self.assertRaises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
            stream.read()


class Sinks(unittest.TestCase):
    def setUp(self):
        self.probe = comeback.Object(comeback_probe.make())

    def connect(self, handler):
        connection = _com.connection(self.probe._com_, EVENTS, handler)
        self.addCleanup(connection.close)
        return connection

    def test_an_event_from_a_thread_that_python_has_not_made(self):
        seen = []
        self.connect(lambda *call: seen.append((*call, threading.get_ident())))
        self.assertEqual(self.probe.fire("x"), 0)
        self.assertEqual(seen[0][:2], (1, ("x",)))
        self.assertNotEqual(seen[0][2], threading.get_ident())

    def test_a_handler_that_raises_is_reported_and_answers_a_failure(self):
        def handler(*_):
            raise RuntimeError("on purpose")

        self.connect(handler)
        seen, before = [], sys.unraisablehook
        sys.unraisablehook = lambda what: seen.append(str(what.exc_value))
        try:
            self.assertEqual(self.probe.fire(1), E_FAIL)
        finally:
            sys.unraisablehook = before
        self.assertEqual(seen, ["on purpose"])

    def test_a_handler_answers_with_the_code_of_its_com_error(self):
        def handler(*_):
            raise comeback.com_error(comeback.constants.E_ABORT)

        self.connect(handler)
        before, sys.unraisablehook = sys.unraisablehook, lambda _: None
        try:
            self.assertEqual(self.probe.fire(1), comeback.constants.E_ABORT)
        finally:
            sys.unraisablehook = before

    def test_a_signal_ends_the_making_of_an_array(self):
        """Before the call begins: the handler of the event would know of it."""
        class Alarm(Exception):
            pass

        def ring(*_):
            raise Alarm

        seen, before = [], signal.signal(signal.SIGALRM, ring)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        self.connect(lambda *call: seen.append(1))
        with self.assertRaises(Alarm):
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            self.probe.fire([[0] * 4096] * 2000)
        self.assertEqual(seen, [])

    def test_a_value_that_python_cannot_have_is_the_events_answer(self):
        seen = []
        self.connect(lambda *call: seen.append(call))
        reports, before = [], sys.unraisablehook
        sys.unraisablehook = lambda what: reports.append(what.exc_type)
        try:
            self.assertLess(self.probe.fire_broken(), 0)
        finally:
            sys.unraisablehook = before
        self.assertEqual((seen, reports), ([], [comeback.com_error]))
        self.assertEqual(self.probe.fire("still there"), 0)

    def test_an_answer_that_com_cannot_have_is_a_failure(self):
        self.connect(lambda *_: object())
        reports, before = [], sys.unraisablehook
        sys.unraisablehook = lambda what: reports.append(what.exc_type)
        try:
            self.assertEqual(self.probe.fire(1), E_FAIL)
        finally:
            sys.unraisablehook = before
        self.assertEqual(reports, [TypeError])

    def test_after_close_nobody_is_called(self):
        seen = []
        connection = self.connect(lambda *call: seen.append(call))
        connection.close()
        connection.close()
        self.assertRaises(comeback.com_error, self.probe.fire, 1)
        self.assertEqual(seen, [])

    def test_a_handler_may_end_its_own_connection(self):
        connection = self.connect(lambda *_: connection.close())
        self.assertEqual(self.probe.fire(1), 0)
        self.assertRaises(comeback.com_error, self.probe.fire, 1)

    def test_a_handler_may_call_the_object_it_hears_of(self):
        seen = []
        self.connect(lambda *_: seen.append(self.probe.echo("inside")))
        self.probe.fire(1)
        self.assertEqual(seen, ["inside"])

    def test_many_threads_raise_events_at_once(self):
        seen = []
        self.connect(lambda _, values: seen.append(values[0]))
        threads = [threading.Thread(target=lambda: [self.probe.fire(n) for n in range(50)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(seen), sorted(list(range(50)) * 4))


class Ends(unittest.TestCase):
    def ends(self, script, status=0):
        head = "import comeback, comeback_probe, threading, time, sys, builtins, signal, os\nfrom comeback import _com\n"
        run = subprocess.run([sys.executable, "-c", head + script], capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual((run.returncode, run.stderr), (status, ""), run.stdout)
        return run.stdout

    def test_a_handler_that_never_ends_does_not_keep_the_program(self):
        self.ends(f"""
probe, inside = comeback.Object(comeback_probe.make()), threading.Event()
def handler(*_):
    inside.set()
    time.sleep(3600)
builtins.kept = _com.connection(probe._com_, "{EVENTS}", handler)
threading.Thread(target=probe.fire, args=(1,), daemon=True).start()
inside.wait()
""")

    def test_events_after_the_end_reach_nobody(self):
        self.ends(f"""
probe = comeback.Object(comeback_probe.make())
builtins.kept = [probe, _com.connection(probe._com_, "{EVENTS}", print)]
def fire():
    while True:
        try:
            probe.fire(1)
        except BaseException:
            pass
sys.stdout = open(os.devnull, "w")
for _ in range(4):
    threading.Thread(target=fire, daemon=True).start()
time.sleep(0.2)
""")

    def test_daemon_threads_may_be_anywhere_at_the_end(self):
        """In calls, in Python code that calls run, in handlers, in errors that are made."""
        for _ in range(8):
            self.ends(f"""
import datetime
sys.setswitchinterval(1e-4)
class Typed(comeback.VARIANT):
    def _variant_(self):
        for _ in range(50): pass
        return super()._variant_()
class Handler:
    def OnUpdate(self, *values): self.values = values
def run():
    probe, image = comeback.Object(comeback_probe.make()), comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
    stream, into = comeback.Stream.on_bytes(bytes(1 << 16)), comeback.Stream.on_bytes()
    while True:
        probe.echo([Typed(3, 5), datetime.datetime(2000, 1, 1), stream, probe])
        connection = comeback.connect(image, Handler())
        try: image.Root.AddTree({os.path.dirname(__file__)!r}, True)
        except comeback.com_error: pass
        stream.clone().copy_to(into)
        connection.close()
for _ in range(4):
    threading.Thread(target=run, daemon=True).start()
time.sleep(0.05)
""")

    def test_objects_live_on_after_com_is_uninitialised(self):
        out = self.ends("""
image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
_com.uninitialize()
image.VolumeName = "LATE"
print(image.VolumeName, image.Root.Name == "")
del image
_com.initialize(0)
comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
""")
        self.assertEqual(out.split()[0], "LATE")

    def test_a_thread_that_still_waits_does_not_keep_the_program(self):
        self.ends("""
task = comeback.Object(comeback_probe.make_task())
threading.Thread(target=task.WaitForCompletion, args=(-1,), daemon=True).start()
time.sleep(0.2)
""")

    def test_an_unknown_name_suggests_the_near_one(self):
        run = subprocess.run([sys.executable, "-c", "import comeback\n"
                              "comeback.Dispatch('IMAPI2FS.MsftFileSystemImage').VolumName"],
                             capture_output=True, text=True, check=False)
        self.assertIn("Did you mean: 'VolumeName'?", run.stderr)


if __name__ == "__main__":
    unittest.main()
