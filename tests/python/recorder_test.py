#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recorders through Python, by name: lists, sessions on media, events, and what is refused."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import comeback

COMMAND = sys.argv.pop(1)
BLOCK = 2048
INVALID_STATE, LOCKED, NO_MEDIA, NOT_BLANK = 0xC0AA0402, 0xC0AA0210, 0xC0AA0202, 0xC0AA0405


class RecorderTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="comeback-python.")
        self.folder = Path(self.temporary.name)
        self.before = os.environ.get("XDG_STATE_HOME")
        os.environ["XDG_STATE_HOME"] = str(self.folder / "state")

    def tearDown(self):
        if self.before is None:
            del os.environ["XDG_STATE_HOME"]
        else:
            os.environ["XDG_STATE_HOME"] = self.before
        self.temporary.cleanup()

    def add(self, name, media):
        subprocess.run([COMMAND, "recorder", "add", name, self.folder / name, "--media", media], check=True,
                       capture_output=True)

    def writer(self, at=0):
        recorder = comeback.Dispatch("IMAPI2.MsftDiscRecorder2")
        recorder.InitializeDiscRecorder(comeback.Dispatch("IMAPI2.MsftDiscMaster2").Item(at))
        writer = comeback.Dispatch("IMAPI2.MsftDiscFormat2Data")
        writer.Recorder = recorder
        writer.ClientName = "Python"
        return writer

    def refused(self, code, call, *arguments):
        with self.assertRaises(comeback.com_error) as raised:
            call(*arguments)
        self.assertEqual(raised.exception.code & 0xFFFFFFFF, code)


class Masters(RecorderTest):
    def test_recorders_are_counted_indexed_and_iterated(self):
        master = comeback.Dispatch("IMAPI2.MsftDiscMaster2")
        self.assertEqual((len(master), list(master), master.IsSupportedEnvironment), (0, [], False))
        self.add("first", "cd-r")
        self.add("second", "bd-re")
        self.assertEqual((master.Count, master.IsSupportedEnvironment), (2, True))
        self.assertEqual(list(master), [master[0], master[1]])
        self.refused(0x80070057, master.Item, 2)

    def test_who_came_is_told(self):
        heard = []

        class Handler:
            def OnNotifyDeviceAdded(self, master, name):
                heard.append(name)

        master = comeback.DispatchWithEvents("IMAPI2.MsftDiscMaster2", Handler)
        self.add("late", "cd-r")
        self.assertEqual(master.Count, 1)
        self.assertEqual(heard, [master[0]])


class Recorders(RecorderTest):
    def test_a_recorder_says_what_it_is(self):
        self.add("burner", "dvd+rw")
        recorder = self.writer().Recorder
        self.assertEqual(recorder.ActiveDiscRecorder, "image-recorder:burner")
        self.assertEqual(recorder.CurrentProfiles, (comeback.constants.IMAPI_PROFILE_TYPE_DVD_PLUS_RW,))
        self.assertIn(comeback.constants.IMAPI_FEATURE_PAGE_TYPE_CORE, recorder.SupportedFeaturePages)
        self.assertTrue(recorder.VendorId and recorder.ProductId)
        recorder.EjectMedia()
        self.assertEqual(recorder.CurrentProfiles, ())
        self.refused(NO_MEDIA, lambda: self.writer().CurrentMediaStatus)
        recorder.CloseTray()

    def test_one_client_has_it(self):
        self.add("burner", "cd-r")
        mine, other = self.writer().Recorder, self.writer()
        mine.AcquireExclusiveAccess(False, "mine")
        self.assertEqual(other.Recorder.ExclusiveAccessOwner, "mine")
        self.refused(LOCKED, other.Recorder.AcquireExclusiveAccess, False, "other")
        self.refused(LOCKED, other.Write, comeback.Stream.on_bytes(bytes(BLOCK)))
        mine.ReleaseExclusiveAccess()
        other.Write(comeback.Stream.on_bytes(bytes(BLOCK)))


class Writers(RecorderTest):
    def test_sessions_follow_each_other(self):
        self.add("burner", "dvd-r")
        writer = self.writer()
        self.assertTrue(writer.MediaPhysicallyBlank)
        writer.Write(comeback.Stream.on_bytes(b"1" * 32 * BLOCK))
        self.assertFalse(writer.MediaHeuristicallyBlank)
        (sessions,) = writer.MultisessionInterfaces
        following = sessions.NextWritableAddress
        self.assertEqual((sessions.StartAddressOfPreviousSession, sessions.LastWrittenAddressOfPreviousSession), (0, 31))
        self.assertEqual(following, writer.NextWritableAddress)
        self.assertEqual(sessions.ImportRecorder, writer.Recorder)
        writer.ForceMediaToBeClosed = True
        writer.Write(comeback.Stream.on_bytes(b"2" * 16 * BLOCK))
        self.assertEqual(writer.CurrentMediaStatus, comeback.constants.IMAPI_FORMAT2_DATA_MEDIA_STATE_FINALIZED)
        self.refused(INVALID_STATE, writer.Write, comeback.Stream.on_bytes(bytes(BLOCK)))
        self.assertFalse(sessions.IsSupportedOnCurrentMediaState)
        data = (self.folder / "burner").read_bytes()
        self.assertEqual(data[:32 * BLOCK], b"1" * 32 * BLOCK)
        self.assertEqual(data[following * BLOCK:], b"2" * 16 * BLOCK)

    def test_an_image_is_burned_and_found_again(self):
        self.add("burner", "dvd+rw")
        (self.folder / "in").mkdir()
        (self.folder / "in" / "readme.txt").write_text("hello")
        image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
        image.FileSystemsToCreate = 3
        image.Root.AddTree(str(self.folder / "in"), False)
        writer = self.writer()
        writer.Write(image.CreateResultImage().ImageStream)
        listed = subprocess.run([COMMAND, "disc", "cat", self.folder / "burner", "readme.txt"], check=True,
                                capture_output=True)
        self.assertEqual(listed.stdout, b"hello")
        self.refused(NOT_BLANK, writer.Write, image.CreateResultImage().ImageStream)
        writer.ForceOverwrite = True
        writer.Write(image.CreateResultImage().ImageStream)

    def add_session(self, name):
        """The steps of creating-a-multisession-disc.md; gives what was imported."""
        image, writer, imported = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage"), self.writer(), None
        if writer.MediaHeuristicallyBlank:
            image.ChooseImageDefaults(writer.Recorder)
        else:
            image.MultisessionInterfaces = writer.MultisessionInterfaces
            imported = image.ImportFileSystem()
        image.Root.AddFile(name, comeback.Stream.on_bytes(name.encode() * 1000))
        writer.Write(image.CreateResultImage().ImageStream)
        return imported

    def test_sessions_of_the_documentation(self):
        for name, media in (("once", "cd-r"), ("again", "dvd+rw")):
            with self.subTest(media):
                self.add(name, media)
                last = comeback.Dispatch("IMAPI2.MsftDiscMaster2").Count - 1
                self.writer = lambda at=last, make=type(self).writer: make(self, at)
                self.assertIsNone(self.add_session("one"))
                self.assertTrue(self.add_session("two"))
                self.assertTrue(self.add_session("three"))
                listed = subprocess.run([COMMAND, "disc", "sessions", self.folder / name], check=True,
                                        capture_output=True, text=True)
                self.assertEqual(len(listed.stdout.splitlines()), 4, listed.stdout)
                for file in ("one", "two", "three"):
                    found = subprocess.run([COMMAND, "disc", "cat", self.folder / name, file, "--session", "3"],
                                           check=True, capture_output=True)
                    self.assertEqual(found.stdout, file.encode() * 1000)

    def test_events_tell_how_far_it_is(self):
        self.add("burner", "cd-r")
        heard = []

        class Handler:
            def OnUpdate(self, source, progress):
                heard.append((progress.CurrentAction, progress.LastWrittenLba, progress.SectorCount))

        writer = comeback.DispatchWithEvents("IMAPI2.MsftDiscFormat2Data", Handler)
        writer.Recorder = self.writer().Recorder
        writer.ClientName = "Python"
        writer.Write(comeback.Stream.on_bytes(bytes(100 * BLOCK)))
        constants = comeback.constants
        self.assertIn((constants.IMAPI_FORMAT2_DATA_WRITE_ACTION_WRITING_DATA, 99, 100), heard)
        self.assertEqual(heard[-1][0], constants.IMAPI_FORMAT2_DATA_WRITE_ACTION_COMPLETED)

    def test_a_handler_cancels(self):
        self.add("burner", "bd-re")

        class Handler:
            def OnUpdate(self, source, progress):
                source.CancelWrite()

        writer = comeback.DispatchWithEvents("IMAPI2.MsftDiscFormat2Data", Handler)
        writer.Recorder = self.writer().Recorder
        writer.ClientName = "Python"
        self.refused(0xC0AA0002, writer.Write, comeback.Stream.on_bytes(bytes(100 * BLOCK)))


if __name__ == "__main__":
    unittest.main()
