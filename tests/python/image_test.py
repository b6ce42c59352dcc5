#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An image through Python, from IFileSystemImage to what xorriso reads, and everything on the way."""
import datetime
import gc
import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import weakref
from pathlib import Path

import comeback

SOURCE = Path(os.environ["COMEBACK_SOURCE"])
FILES = {"readme.txt": b"hello\n", "empty": b"", "photos/Ünïcödé 資料.jpg": bytes(range(256)) * 100}


class ImageTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="comeback-python.")
        self.folder = Path(self.temporary.name)
        for name, content in FILES.items():
            path = self.folder / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")

    def tearDown(self):
        self.temporary.cleanup()

    def add_files(self):
        self.image.Root.AddTree(str(self.folder / "in"), False)

    def extracted(self, image):
        subprocess.run(["xorriso", "-osirrox", "on", "-indev", image, "-extract", "/", self.folder / "out"],
                       check=True, capture_output=True)
        out = self.folder / "out"
        return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


class Images(ImageTest):
    def test_an_image_holds_what_was_added(self):
        self.add_files()
        self.image.Root.AddFile("from memory", comeback.Stream.on_bytes(b"abc" * 1000))
        result = self.image.CreateResultImage()
        with open(self.folder / "x.iso", "wb") as file:
            shutil.copyfileobj(result.ImageStream, file)
        self.assertEqual((self.folder / "x.iso").stat().st_size, result.TotalBlocks * result.BlockSize)
        self.assertEqual(self.extracted(self.folder / "x.iso"), {**FILES, "from memory": b"abc" * 1000})

    def test_the_example_makes_an_image(self):
        run = subprocess.run([sys.executable, SOURCE / "examples/demo.py", self.folder / "x.iso", self.folder / "in"],
                             check=True, capture_output=True, text=True)
        self.assertEqual(run.stdout, "MultisessionInterfaces: ()\n")
        self.assertEqual(self.extracted(self.folder / "x.iso"), FILES)

    def test_the_example_has_fifteen_lines(self):
        lines = (SOURCE / "examples/demo.py").read_text(encoding="utf-8").splitlines()
        self.assertLessEqual(len([line for line in lines if not line.startswith("#")]), 15)


class Objects(ImageTest):
    def test_properties_are_read_and_written_in_any_case(self):
        self.image.VOLUMENAME = "ÄÖ 資料"
        self.assertEqual(self.image.volumeName, "ÄÖ 資料")
        self.image.FreeMediaBlocks = 5000
        self.assertEqual(self.image.FreeMediaBlocks, 5000)
        self.image.FileSystemsToCreate = comeback.constants.FsiFileSystemISO9660
        self.assertEqual(self.image.FileSystemsToCreate, comeback.constants.FsiFileSystemISO9660)

    def test_a_collection_is_iterated_counted_and_indexed(self):
        self.add_files()
        root = self.image.Root
        self.assertEqual(len(root), 3)
        self.assertEqual(sorted(root), ["\\empty", "\\photos", "\\readme.txt"])
        self.assertEqual(root["readme.txt"].DataSize, 6)
        self.assertEqual(root("photos").Item("Ünïcödé 資料.jpg").DataSize, 25600)
        self.assertEqual(root.Item["empty"].DataSize, 0)
        self.assertTrue(self.image.Root)

    def test_arguments_by_name(self):
        self.image.Root.AddTree(sourceDirectory=str(self.folder / "in"), includeBaseDirectory=True)
        self.assertEqual(list(self.image.Root), ["\\in"])

    def test_an_array_is_a_tuple(self):
        self.assertEqual(self.image.ISO9660InterchangeLevelsSupported, (1, 2))
        self.assertEqual(self.image.MultisessionInterfaces, ())

    def test_a_date_is_a_datetime_without_zone(self):
        self.add_files()
        item, when = self.image.Root["readme.txt"], datetime.datetime(2001, 2, 3, 4, 5, 6)
        item.LastModifiedTime = when
        self.assertEqual(item.LastModifiedTime, when)
        zone = datetime.timezone(datetime.timedelta(hours=2))
        item.LastModifiedTime = datetime.datetime(2001, 2, 3, 6, 5, 6, tzinfo=zone)
        self.assertEqual(item.LastModifiedTime, when)

    def test_dir_lists_the_members(self):
        self.assertLessEqual({"Root", "VolumeName", "CreateResultImage"}, set(dir(self.image)))

    def test_the_same_object_is_equal(self):
        self.assertEqual(comeback.Dispatch(self.image), self.image)
        self.assertNotEqual(self.image, comeback.Dispatch("IMAPI2FS.MsftFileSystemImage"))
        self.assertEqual(len({self.image, comeback.Dispatch(self.image)}), 1)


class Streams(ImageTest):
    def test_a_stream_reads_seeks_and_tells(self):
        self.add_files()
        stream = self.image.CreateResultImage().ImageStream
        self.assertEqual(stream.seek(16 * 2048), 16 * 2048)
        self.assertEqual(stream.read(6), b"\x01CD001")
        self.assertEqual(stream.tell(), 16 * 2048 + 6)
        stream.seek(-10, io.SEEK_END)
        self.assertEqual(len(stream.read()), 10)
        self.assertEqual(stream.read(10), b"")
        other = stream.clone()
        other.seek(0)
        self.assertEqual(stream.tell(), len(stream))

    def test_memory_is_written_and_cut(self):
        stream = comeback.Stream.on_bytes(b"hello")
        stream.seek(0, io.SEEK_END)
        self.assertEqual(stream.write(b", world"), 7)
        stream.seek(0)
        self.assertEqual(stream.read(), b"hello, world")
        stream.truncate(4)
        self.assertEqual(len(stream), 4)

    def test_a_file_takes_a_copy(self):
        with comeback.Stream.on_file(self.folder / "f", "wb") as file:
            self.assertEqual(comeback.Stream.on_bytes(b"x" * 5000).copy_to(file), 5000)
        self.assertEqual((self.folder / "f").read_bytes(), b"x" * 5000)
        with comeback.Stream.on_file(self.folder / "f") as file:
            self.assertRaises(comeback.com_error, file.write, b"y")

    def test_a_closed_stream_says_so(self):
        stream = comeback.Stream.on_bytes(b"x")
        stream.close()
        stream.close()
        self.assertRaises(ValueError, stream.read)
        self.assertRaises(ValueError, self.image.Root.AddFile, "x", stream)


class Files(ImageTest):
    """An image's stream is a file of Python's kind."""

    def setUp(self):
        super().setUp()
        (self.folder / "in/big").write_bytes(os.urandom(5 << 20))
        self.add_files()
        self.stream = self.image.CreateResultImage().ImageStream
        self.whole = self.stream.clone().read()

    def test_all_ways_of_reading_give_the_same_bytes(self):
        self.assertEqual(len(self.whole), len(self.stream))
        with io.BufferedReader(self.stream.clone()) as buffered:
            self.assertEqual(buffered.peek(1)[:1], self.whole[:1])
            parts = iter(lambda: buffered.read(65537), b"")
            self.assertEqual(b"".join(parts), self.whole)
        target = bytearray(len(self.whole))
        self.assertEqual(self.stream.clone().readinto(target), len(target))
        self.assertEqual(bytes(target), self.whole)
        view = memoryview(bytearray(5000))
        self.assertEqual(self.stream.clone().readinto(view[1000:2000]), 1000)
        self.assertEqual(bytes(view[1000:2000]), self.whole[:1000])
        into = io.BytesIO()
        shutil.copyfileobj(self.stream.clone(), into)
        self.assertEqual(into.getvalue(), self.whole)

    def test_positions(self):
        for offset, whence, wanted in ((10, io.SEEK_SET, 10), (5, io.SEEK_CUR, 15), (-1, io.SEEK_END, len(self.whole) - 1)):
            self.assertEqual(self.stream.seek(offset, whence), wanted)
            self.assertEqual(self.stream.tell(), wanted)
        self.assertRaises(comeback.com_error, self.stream.seek, -1)
        self.stream.seek(0, io.SEEK_END)
        self.assertEqual((self.stream.read(), self.stream.read(1), self.stream.readinto(bytearray(1))), (b"", b"", 0))

    def test_it_can_what_it_says(self):
        self.assertTrue(self.stream.readable() and self.stream.seekable())
        self.assertRaises(BufferError, self.stream.readinto, b"not writable")
        self.assertRaises(OSError, self.stream.fileno)
        self.assertFalse(self.stream.isatty())
        with self.stream as same:
            self.assertIs(same, self.stream)
        self.assertTrue(self.stream.closed)
        for action in (self.stream.read, self.stream.tell, self.stream.readable, self.stream.clone, self.stream.__enter__):
            self.assertRaises(ValueError, action)

    def test_a_written_stream_goes_through_a_buffer(self):
        made = comeback.Stream.on_bytes()
        buffered = io.BufferedRandom(made)
        buffered.write(b"hello" * 10000)
        buffered.seek(0)
        self.assertEqual(buffered.read(), b"hello" * 10000)
        self.assertEqual(made.write(memoryview(b"abc")), 3)

    def test_what_a_stream_cannot_take_is_said_as_files_say_it(self):
        for action, kind in ((lambda: self.stream.seek(1 << 63), OverflowError), (lambda: self.stream.seek("x"), TypeError),
                             (lambda: self.stream.seek(0, 9), ValueError), (lambda: self.stream.write("x"), TypeError),
                             (lambda: self.stream.readinto(5), TypeError), (lambda: self.stream.truncate(-1), ValueError),
                             (lambda: self.stream.truncate(1 << 70), OverflowError), (lambda: self.stream.read(1 << 63), OverflowError),
                             (lambda: self.stream.read("x"), TypeError), (lambda: self.stream.copy_to(5), TypeError),
                             (lambda: comeback.Stream.on_bytes("x"), TypeError)):
            with self.assertRaises(kind) as caught:
                action()
            self.assertNotIn("_com", str(caught.exception))

    def test_a_copy_has_as_much_as_was_asked_for(self):
        for size, wanted in ((0, 0), (5000, 5000), (None, len(self.whole)), (1 << 40, len(self.whole))):
            target = comeback.Stream.on_bytes()
            self.assertEqual(self.stream.clone().copy_to(target, size), wanted)
            self.assertEqual(len(target), wanted)


class Errors(ImageTest):
    def test_what_a_member_fails_with_is_told(self):
        with self.assertRaises(comeback.com_error) as caught:
            self.image.Root.AddTree("/no/such/folder", False)
        error = caught.exception
        self.assertEqual(error.hresult, comeback.constants.DISP_E_EXCEPTION)
        self.assertEqual(error.args, (error.hresult, error.strerror, error.excepinfo, error.argerror))
        self.assertIn("/no/such/folder", error.description)
        self.assertIn("/no/such/folder", str(error))
        self.assertEqual(error.code, error.excepinfo[5])
        self.assertLess(error.code, 0)

    def test_an_item_that_is_not_there(self):
        with self.assertRaises(comeback.com_error) as caught:
            self.image.Root["nothing"]
        self.assertEqual(caught.exception.name, "IMAPI_E_ITEM_NOT_FOUND")

    def test_an_argument_of_the_wrong_type(self):
        with self.assertRaises(comeback.com_error) as caught:
            self.image.Root.AddFile("name", 5)
        self.assertEqual(caught.exception.name, "DISP_E_TYPEMISMATCH")
        self.assertEqual(caught.exception.argerror, 1)

    def test_a_member_that_is_not_there(self):
        self.assertRaises(AttributeError, getattr, self.image, "NoSuchMember")
        self.assertRaises(AttributeError, setattr, self.image, "NoSuchMember", 1)
        self.assertFalse(hasattr(self.image, "NoSuchMember"))

    def test_errors_name_the_member_and_the_argument(self):
        tree = self.image.Root.AddTree
        for call, code, words in (
                (lambda: tree("x"), "DISP_E_BADPARAMCOUNT", ("AddTree(sourceDirectory: str", "number of arguments")),
                (lambda: tree(source="x"), "DISP_E_UNKNOWNNAME", ("AddTree(sourceDirectory: str", "no argument of the name source")),
                (lambda: tree("x", includeBaseDirectory=[1]), "DISP_E_TYPEMISMATCH", ("AddTree(", "argument includeBaseDirectory")),
                (lambda: setattr(self.image, "FreeMediaBlocks", "x"), "DISP_E_TYPEMISMATCH", ("FreeMediaBlocks: int",)),
                (lambda: self.image.Root["a", "b"], "DISP_E_BADPARAMCOUNT", ("Item(path: str)",))):
            with self.subTest(code=code), self.assertRaises(comeback.com_error) as caught:
                call()
            self.assertEqual(caught.exception.name, code)
            for word in words:
                self.assertIn(word, str(caught.exception))

    def test_what_cannot_be_written_says_why(self):
        for name, why in (("FileCount", "read only"), ("Root", "read only"), ("CreateResultImage", "a method")):
            with self.assertRaisesRegex(AttributeError, f"{name} .*{why}"):
                setattr(self.image, name, 3)

    def test_what_is_no_object_is_refused_by_type(self):
        for action in (lambda: comeback.Dispatch(None), lambda: comeback.Object(5), lambda: comeback.Stream("x"),
                       lambda: comeback.connect(5, Handler())):
            self.assertRaises(TypeError, action)

    def test_a_class_that_is_not_there(self):
        self.assertRaises(comeback.com_error, comeback.Dispatch, "No.SuchClass")
        self.assertRaises(comeback.com_error, comeback.Dispatch, "")

    def test_what_cannot_be_handed_over(self):
        self.assertRaises(TypeError, setattr, self.image, "VolumeName", object())
        self.assertRaises(OverflowError, setattr, self.image, "FreeMediaBlocks", 1 << 70)
        self.assertRaises(comeback.com_error, setattr, self.image, "FreeMediaBlocks", 1 << 40)

    def test_what_cannot_be_iterated(self):
        self.assertRaises(TypeError, iter, self.image)
        self.assertRaises(TypeError, len, self.image)


class Handler:
    def __init__(self):
        self.calls = []

    def OnUpdate(self, source, file, copied, total):
        self.calls.append((source, file, copied, total))


class Events(ImageTest):
    def test_progress_reaches_the_handler(self):
        handler = Handler()
        connection = comeback.connect(self.image, handler)
        self.add_files()
        self.image.CreateResultImage()
        self.assertTrue(handler.calls)
        self.assertEqual(handler.calls[0][0], self.image)
        seen = len(handler.calls)
        self.image.Root.AddFile("one", comeback.Stream.on_bytes(b"more"))
        self.assertGreater(len(handler.calls), seen)
        seen = len(handler.calls)
        connection.close()
        self.image.Root.AddFile("two", comeback.Stream.on_bytes(b"more"))
        self.assertEqual(len(handler.calls), seen)

    def test_an_object_with_events_is_object_and_handler(self):
        image = comeback.DispatchWithEvents(self.image, Handler)
        image.VolumeName = "EVENTS"
        self.assertEqual(self.image.VolumeName, "EVENTS")
        self.add_files()
        self.assertTrue(image.calls)
        image.close()

    def test_a_handler_has_what_its_base_makes(self):
        class Derived(Handler):
            pass

        image = comeback.DispatchWithEvents(self.image, Derived)
        self.assertEqual(image.calls, [])
        self.add_files()
        self.assertTrue(image.calls)

    def test_names_that_neither_handler_nor_object_has_are_refused(self):
        class Counts(Handler):
            seen = 0

        image = comeback.DispatchWithEvents(self.image, Counts)
        image.calls, image.seen = [1], 5
        self.assertEqual((image.calls, image.seen, Counts.seen), ([1], 5, 0))
        for name in ("VolumName", "other", "FileCount"):
            self.assertRaises(AttributeError, setattr, image, name, 3)
        self.assertRaises(TypeError, comeback.DispatchWithEvents, self.image, Handler())

    def test_a_handler_that_keeps_its_connection_is_let_go_with_it(self):
        handler = Handler()
        handler.connection = comeback.connect(self.image, handler)
        gone = weakref.ref(handler)
        self.add_files()
        self.assertTrue(handler.calls)
        handler.calls.clear()  # they keep the image, which is no part of the cycle
        del handler
        gc.collect()
        self.assertIsNone(gone())
        self.image.Root.AddDirectory("after")

    def test_a_handler_that_raises_harms_nobody(self):
        class Raises:
            def OnUpdate(self, *_):
                raise RuntimeError("on purpose")
        seen = []
        old, sys.unraisablehook = sys.unraisablehook, lambda what: seen.append(what.exc_type)
        try:
            with_events = comeback.connect(self.image, Raises())
            self.add_files()
            with_events.close()
        finally:
            sys.unraisablehook = old
        self.assertIn(RuntimeError, seen)
        self.assertEqual(len(self.image.Root), 3)


class Threads(ImageTest):
    def test_threads_share_an_object_and_its_events(self):
        handler, failures = Handler(), []
        connection = comeback.connect(self.image, handler)

        def work(number):
            try:
                for i in range(50):
                    self.image.Root.AddDirectory(f"{number}-{i}")
                    self.assertGreaterEqual(len(self.image.Root), 1)
                    comeback.Dispatch("IMAPI2FS.MsftFileSystemImage").VolumeName = "T"
            except BaseException as error:  # what a thread raises would be lost
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        self.add_files()
        for thread in threads:
            thread.join()
        connection.close()
        self.assertEqual(failures, [])
        self.assertEqual(len(self.image.Root), 203)

    def test_a_long_call_lets_other_threads_run(self):
        """Nobody is made to give the GIL up by its time alone, so that only the call itself can."""
        ticks, begun, done = [], threading.Event(), threading.Event()

        def tick():
            while not done.is_set():
                ticks.append(1)
                begun.set()
                time.sleep(0)

        (self.folder / "in/big").write_bytes(bytes(20 << 20))
        self.add_files()
        raw = self.image.CreateResultImage().ImageStream._raw
        sink = comeback.Stream.on_file(self.folder / "x.iso", "wb")._raw
        thread, interval = threading.Thread(target=tick), sys.getswitchinterval()
        thread.start()
        begun.wait()
        sys.setswitchinterval(100)
        try:
            before = len(ticks)
            raw.copy_to(sink, 1 << 30)
            during = len(ticks) - before
        finally:
            sys.setswitchinterval(interval)
            done.set()
            thread.join()
        self.assertGreater(during, 0)

    def test_the_interpreter_ends_cleanly_while_objects_live(self):
        script = """
import comeback, sys, builtins
class Handler:
    def OnUpdate(self, *_): pass
builtins.kept = [comeback.DispatchWithEvents("IMAPI2FS.MsftFileSystemImage", Handler)]
kept.append(kept[0].Root)
kept.append(iter(kept[1]))
kept.append(kept[0].CreateResultImage().ImageStream)
sys.stdout.kept = kept
"""
        run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_objects_and_handlers_are_let_go(self):
        image = comeback.DispatchWithEvents("IMAPI2FS.MsftFileSystemImage", Handler)
        image = None
        gc.collect()
        self.assertEqual([o for o in gc.get_objects() if isinstance(o, Handler)], [])


if __name__ == "__main__":
    unittest.main()
