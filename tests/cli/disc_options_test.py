#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""comeback disc create with every word about file systems, and sources that cannot be read as they are."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from command import COMEBACK, CommandTest

REVISIONS = ("1.02", "1.50", "2.00", "2.01", "2.50", "2.60")
PARTITIONS = {"plain": REVISIONS[:4], "vat": REVISIONS[1:], "sparable": REVISIONS[1:], "metadata": REVISIONS[4:]}


class Udf(CommandTest):
    def refused(self, *words, says=""):
        """A usage error: status 2, the reason, and nothing made."""
        run = self.command("disc", "create", "x.iso", "in", *words)
        self.assertEqual(run.returncode, 2, run.stdout + run.stderr)
        self.assertIn(says, run.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_every_revision_and_partition_that_exists(self):
        source = self.make({"file": b"bytes", "folder/other": b"x" * 5000})
        for partition, revisions in PARTITIONS.items():
            for revision in revisions:
                self.works("disc", "create", "x.iso", source, "--fs", "udf", "--udf-revision", revision,
                           "--udf-partition", partition)
                volume = self.json("disc", "info", "x.iso")["volumes"][0]
                self.assertEqual((volume["revision"], volume["partition"]), (revision, partition))
                self.works("disc", "verify", "x.iso", "--against", source)

    def test_what_does_not_exist_is_a_usage_error(self):
        self.make({"file": b"bytes"})
        for partition, revisions in PARTITIONS.items():
            for revision in set(REVISIONS) - set(revisions):
                self.refused("--fs", "udf", "--udf-revision", revision, "--udf-partition", partition,
                             says=f"UDF {revision} has no {partition} partition")
        self.refused("--fs", "udf", "--udf-revision", "2.02", says="2.02")
        self.refused("--fs", "udf", "--udf-partition", "other", says="other")
        self.refused("--fs", "udf", "--no-mirror", says="only a metadata partition has a mirror")

    def test_options_of_a_file_system_that_is_not_made(self):
        self.make({"file": b"bytes"})
        for words in (["--udf-revision", "2.50"], ["--udf-partition", "vat"], ["--no-mirror"],
                      ["--udf-shared-extents"]):
            self.refused(*words, says="need --fs udf")
        self.refused("--fs", "udf", "--rr-relocate", says="needs --fs rockridge")
        self.refused("--fs", "hfs", says="hfs")

    def test_partitions_by_default_and_the_mirror(self):
        self.make({"file": b"bytes"})
        for revision, partition in (("2.01", "plain"), ("2.60", "metadata")):
            self.works("disc", "create", "x.iso", "in", "--fs", "udf", "--udf-revision", revision)
            self.assertEqual(self.json("disc", "info", "x.iso")["volumes"][0]["partition"], partition)
        self.works("disc", "create", "x.iso", "in", "--fs", "udf", "--udf-revision", "2.50", "--no-mirror")
        self.works("disc", "verify", "x.iso", "--against", "in")

    def test_equal_files(self):
        self.make({"a": b"same" * 1000, "b": b"same" * 1000})
        for words in (["--dedupe=link"], ["--dedupe", "--udf-shared-extents"]):
            self.works("disc", "create", "x.iso", "in", "--fs", "udf", *words)
            self.works("disc", "extract", "x.iso", "out")
            self.assertEqual((self.folder / "out/a").read_bytes(), (self.folder / "out/b").read_bytes())
            shutil.rmtree(self.folder / "out")
        (self.folder / "x.iso").unlink()
        self.fails("disc", "create", "x.iso", "in", "--fs", "udf", "--dedupe", name="IMAPI_E_INVALID_PARAM",
                   names="--dedupe=link")
        self.assertEqual(self.left_behind(), [])


class Names(CommandTest):
    EVERYTHING = ("--fs", "iso9660,joliet,rockridge,udf", "--iso-level", "4")

    def test_a_name_that_is_no_utf_8_in_every_file_system(self):
        source = self.make({})
        raw = os.fsencode(source) + b"/raw\xff"
        Path(os.fsdecode(raw)).write_bytes(b"bytes")
        listed = self.works("disc", "create", "x.iso", "in", *self.EVERYTHING, "--list-names")
        rows = dict(line.split(maxsplit=1) for line in listed.splitlines()[1:])
        self.assertEqual((rows["iso9660"], rows["joliet"], rows["udf"]), ("RAW_", "raw_", "raw_"))
        self.assertEqual(rows["rockridge"], rows["iso9660-1999"])
        self.works("disc", "create", "x.iso", "in", *self.EVERYTHING, "--checksums")
        self.works("disc", "verify", "x.iso", "--against", "in")
        for fs, name in (("udf", b"raw_"), ("joliet", b"raw_"), ("rockridge", b"raw\xff"), ("iso9660", b"RAW_"),
                         ("iso9660-1999", b"raw\xff")):
            self.works("disc", "extract", "x.iso", fs, "--fs", fs)
            self.assertIn(name, os.listdir(os.fsencode(self.folder / fs)), fs)

    def test_folders_that_are_too_deep_move_and_come_back(self):
        deep = "/".join(f"level {i}" for i in range(20))
        source = self.make({deep + "/bottom": b"deep"})
        for words in (["--rr-relocate"], ["--strict"]):
            self.works("disc", "create", "x.iso", source, *words)
            self.works("disc", "verify", "x.iso", "--against", source)
            plain = [e["path"] for e in self.json("disc", "ls", "-R", "x.iso", "--fs", "iso9660")]
            self.assertEqual(max(p.count("/") for p in plain), 8)
            self.assertIn("/RR_MOVED/LEVEL_7", plain)
            posix = [e["path"] for e in self.json("disc", "ls", "-R", "x.iso")]
            self.assertIn(f"/{deep}/bottom", posix)
            self.assertEqual(len(posix), 21)
        self.fails("disc", "create", "y.iso", source, "--strict", "--fs", "iso9660", name="IMAPI_E_ISO9660_LEVELS",
                   names="level 7")
        listed = self.works("disc", "create", "x.iso", source, "--rr-relocate", "--list-names")
        self.assertIn("/RR_MOVED/LEVEL_7", listed)

    def test_checksums_are_those_of_sha256sum(self):
        source = self.make({"a": b"a", "new\nline": b"b", "back\\slash": b"c", "return\r": b"d", "n" * 255: b"e"})
        for fs in ("udf", "iso9660,rockridge", "iso9660"):
            self.works("disc", "create", "x.iso", source, "--fs", fs, "--checksums")
            self.works("disc", "verify", "x.iso", "--against", source)
            self.works("disc", "extract", "x.iso", "out")
            subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=self.folder / "out", check=True)
            shutil.rmtree(self.folder / "out")


# Who may read everything gives that up.
ORDINARY = (["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
            if os.geteuid() == 0 else [])


class Sources(CommandTest):
    def run_as_ordinary(self, *words):
        return subprocess.run([*ORDINARY, COMEBACK, *words], cwd=self.folder, capture_output=True, text=True, check=False,
                              timeout=120, env=self.environment)

    def test_unreadable_files_are_an_error(self):
        source = self.make({"a": b"a", "closed": b"x"})
        (source / "closed").chmod(0)
        run = self.run_as_ordinary("disc", "create", "x.iso", "in")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("closed", run.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_unreadable_files_are_skipped_and_listed_when_asked(self):
        # Behind more things left out than are kept of the others.
        source = self.make({"a": b"a", **{f"z{i:03}": b"x" for i in range(150)}, "folder/in it": b"x"})
        for i in range(120):
            (source / f"link{i:03}").symlink_to("a")
        for i in range(150):
            (source / f"z{i:03}").chmod(0)
        (source / "folder").chmod(0)
        try:
            run = self.run_as_ordinary("disc", "create", "x.iso", "in", "--skip-unreadable", "--fs", "iso9660,joliet")
        finally:
            (source / "folder").chmod(0o755)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("271 left out", run.stderr)
        self.assertEqual(len(re.findall(r"cannot be read", run.stderr)), 151)
        self.assertIn("and 115 more", run.stderr)
        self.assertEqual(self.works("disc", "ls", "x.iso").split(), ["a", "folder/"])

    def test_a_file_that_changes_while_it_is_read(self):
        for how, size in {"grows": (64 << 20) + 4, "shrinks": 1}.items():
            with self.subTest(how):
                source = self.make({"large": b"x" * (64 << 20)})
                process = subprocess.Popen([COMEBACK, "--json", "disc", "create", "-", "in"], cwd=self.folder,
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment)
                # Its size is fixed before the first byte; it writes no further than the pipe has room.
                process.stdout.read(1 << 15)
                os.truncate(source / "large", size)
                _, errors = process.communicate(timeout=120)
                self.assertEqual(process.returncode, 1)
                self.assertIn(b"IMAPI_E_DATA_STREAM_INCONSISTENCY", errors)
                self.assertIn(b"large", errors)

    def test_what_cannot_be_read_of_an_image_is_listed_and_the_rest_extracted(self):
        self.make({"a": b"a" * 3000, "folder/lost": b"lost" * 3000, "folder/small": b"small"})
        self.works("disc", "create", "x.iso", "in")
        whole = (self.folder / "x.iso").read_bytes()
        # The image ends within the file.
        (self.folder / "x.iso").write_bytes(whole[:whole.index(b"lostlost") + 2048])
        run = self.command("--json", "disc", "extract", "x.iso", "out")
        self.assertEqual(run.returncode, 1)
        self.assertIn("not extracted:\n  /folder/lost (", run.stderr)
        told = json.loads(run.stdout)
        self.assertIn("/folder/lost", [one["path"] for one in told["failed"]])
        self.assertEqual(told["failed_count"], len(told["failed"]))
        self.assertEqual((self.folder / "out/a").read_bytes(), b"a" * 3000)
        self.assertFalse((self.folder / "out/folder/lost").exists())
        # What is wrong is told also where nothing else is.
        run = self.command("--quiet", "disc", "extract", "x.iso", "again")
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertIn("/folder/lost", run.stderr)

    def test_targets_of_links_that_udf_changes_are_told(self):
        source = self.make({})
        os.symlink(b"to\xfe", source / "link")
        options = ("disc", "create", "x.iso", "in", "--fs", "udf", "--list-names")
        self.assertIn("-> to_", self.works(*options))
        self.assertEqual(self.json(*options)[0]["targets"], {"udf": "to_"})

    def test_special_files_are_kept_or_counted(self):
        source = self.make({"a": b"a"})
        os.mkfifo(source / "pipe")
        run = self.command("disc", "create", "x.iso", "in", "--fs", "iso9660,joliet")
        self.assertEqual(run.returncode, 0)
        self.assertIn("pipe (socket, pipe or device)", run.stderr)
        self.works("disc", "create", "x.iso", "in", "--fs", "udf")
        self.assertIn("1 devices, pipes and sockets left out", self.works("disc", "extract", "x.iso", "out"))
        self.works("disc", "extract", "x.iso", "out", "--overwrite", "--devices")
        self.assertTrue((self.folder / "out/pipe").is_fifo())


@unittest.skipUnless(os.geteuid() == 0, "only root mounts")
class FullDisk(CommandTest):
    def setUp(self):
        super().setUp()
        self.small = Path(tempfile.mkdtemp(prefix="comeback-small."))
        self.addCleanup(self.small.rmdir)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", self.small], check=False,
                          capture_output=True).returncode != 0:
            self.skipTest("mounting is not allowed here")
        self.addCleanup(subprocess.run, ["umount", self.small], check=True)

    def test_an_image_that_does_not_fit_leaves_nothing(self):
        self.make({"big": os.urandom(4 << 20)})
        self.fails("disc", "create", self.small / "x.iso", "in", name="ERROR_DISK_FULL", names="x.iso")
        self.assertEqual(list(self.small.iterdir()), [])

    def test_extracting_what_does_not_fit_leaves_no_part_of_a_file(self):
        self.make({"a": b"fits", "big": os.urandom(4 << 20)})
        self.works("disc", "create", "x.iso", "in")
        run = self.command("disc", "extract", "x.iso", self.small)
        self.assertEqual(run.returncode, 1)
        self.assertIn("ERROR_DISK_FULL", run.stderr)
        self.assertIn("big", run.stderr)
        self.assertEqual([p.name for p in self.small.iterdir()], ["a"])


if __name__ == "__main__":
    unittest.main()
