#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""comeback disc append, sessions, diff and --session, beside the programs that others append and read with."""
import hashlib
import resource
import shutil
import subprocess
import unittest
from pathlib import Path

from command import COMEBACK, CommandTest

BRIDGE = "iso9660,joliet,rockridge,udf"


def output(*words, cwd=None):
    return subprocess.run(words, cwd=cwd, check=True, capture_output=True, text=True).stdout


class Sessions(CommandTest):
    def setUp(self):
        super().setUp()
        self.make({"file": b"bytes", "folder/other": b"x" * 5000, "folder/deep/one": b"1"})

    def names(self, *words):
        return sorted(self.works("disc", "ls", "-R", "x.iso", *words).split())

    def source(self, name, files):
        top = self.folder / name
        for path, content in files.items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_bytes(content)
        return name

    def test_what_is_added_replaced_and_removed(self):
        self.works("disc", "create", "x.iso", "in", "--fs", BRIDGE)
        more = self.source("more", {"new": b"new", "folder/other": b"y"})
        self.works("disc", "append", "x.iso", more, "--remove", "/folder/deep")
        self.assertEqual(self.names(), ["/file", "/folder/", "/folder/other", "/new"])
        self.assertEqual(self.works("disc", "cat", "x.iso", "/folder/other"), "y")
        self.assertEqual(self.names("--session", "1"),
                         ["/file", "/folder/", "/folder/deep/", "/folder/deep/one", "/folder/other"])
        self.assertEqual(self.works("disc", "cat", "x.iso", "/folder/other", "--session", "1"), "x" * 5000)
        self.assertEqual(self.works("disc", "diff", "x.iso").split("\n"),
                         ["- /folder/deep/", "- /folder/deep/one", "~ /folder/other", "+ /new", ""])
        for session in ("1", "2"):
            self.works("disc", "verify", "x.iso", "--session", session)

    def test_going_back_is_a_session_of_its_own(self):
        self.works("disc", "create", "x.iso", "in")
        self.works("disc", "append", "x.iso", "--remove", "/folder")
        self.works("disc", "append", "x.iso", "--from", "1")
        rows = self.json("disc", "sessions", "x.iso")
        self.assertEqual([row["session"] for row in rows], [1, 2, 3])
        self.assertEqual(self.names(), self.names("--session", "1"))
        self.assertEqual(self.json("disc", "diff", "x.iso", "--from", "1", "--to", "3"), [])

    def test_a_folder_of_the_image_for_the_sources(self):
        self.works("disc", "create", "x.iso", "in")
        report = self.json("disc", "append", "x.iso", self.source("more", {"new": b""}), "--at", "/a/b")
        self.assertEqual((report["session"], report["files"]), (2, 4))
        self.assertIn("/a/b/new", self.names())

    def test_an_image_and_a_folder(self):
        self.works("disc", "create", "x.iso", "in", "--fs", "udf")
        self.assertEqual(self.json("disc", "diff", "x.iso", "in"), [])
        (self.folder / "in/file").write_bytes(b"bytez")
        self.assertEqual([(d["change"], d["path"]) for d in self.json("disc", "diff", "x.iso", "in")],
                         [("changed", "/file")])

    def test_ways_of_appending(self):
        for way in ("compact", "relinked"):
            with self.subTest(way):
                self.works("disc", "create", "x.iso", "in", "--fs", "iso9660,joliet,rockridge")
                for number in range(3):
                    report = self.json("disc", "append", "x.iso", self.source(f"m{number}", {f"new{number}": b"new"}),
                                       "--at", f"/folder/added{number}", "--append", way)
                    self.assertEqual((report["append"], report["files"]), (way, None))
                self.works("disc", "append", "x.iso", "--remove", "/folder/added0", "--append", way)
                wanted = sorted(["/file", "/folder/", "/folder/other", "/folder/deep/", "/folder/deep/one",
                                 *(f"/folder/added{n}{rest}" for n in (1, 2) for rest in ("/", f"/new{n}"))])
                self.assertEqual(self.names(), wanted)
                self.assertEqual(self.names("--fs", "joliet"), wanted)
                for option in ("-R", "-J"):
                    listed = output("isoinfo", option, "-f", "-i", "x.iso", cwd=self.folder)
                    self.assertEqual(sorted(name.removesuffix(";1") for name in listed.split()),
                                     [name.rstrip("/") for name in wanted])
                listed = output("xorriso", "-indev", "x.iso", "-find", "/", cwd=self.folder)
                self.assertEqual(sorted(name.strip("'") for name in listed.split() if name.startswith("'/"))[1:],
                                 [name.rstrip("/") for name in wanted])
                self.assertEqual(output("7z", "e", "-so", "x.iso", "folder/added2/new2", cwd=self.folder), "new")
                self.assertEqual(self.names("--session", "1"),
                                 ["/file", "/folder/", "/folder/deep/", "/folder/deep/one", "/folder/other"])
                faults = self.command("disc", "verify", "x.iso")
                self.assertEqual(faults.returncode, 0 if way == "relinked" else 1, faults.stdout)
                clean = "No errors found" in output("isovfy", "x.iso", cwd=self.folder)
                self.assertEqual(clean, way == "relinked")
                output("xorriso", "-dev", "x.iso", "-map", "m0/new0", "/theirs", "-commit", cwd=self.folder)
                self.assertEqual(self.names(), sorted([*wanted, "/theirs"]))
                self.works("disc", "verify", "x.iso")

    def test_where_a_way_is_not_possible_all_is_written(self):
        deep = "/".join(f"level{n}" for n in range(12))
        self.make({f"{deep}/file": b"deep"})
        self.works("disc", "create", "x.iso", "in", "--fs", "iso9660,rockridge", "--rr-relocate")
        run = self.command("disc", "append", "x.iso", self.source("more", {"new": b"new"}), "--append", "compact")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("all directories are written", run.stderr)
        self.assertIn("moved", run.stderr)
        self.works("disc", "verify", "x.iso")
        self.assertEqual(self.works("disc", "cat", "x.iso", f"/{deep}/file"), "deep")

    def test_what_cannot_be(self):
        self.works("disc", "create", "x.iso", "in")
        before = hashlib.sha256((self.folder / "x.iso").read_bytes()).digest()
        for words, says in ((["append", "x.iso"], "Nothing to append"),
                            (["append", "x.iso", "--remove", "/nothing"], "/nothing"),
                            (["append", "x.iso", "in", "--from", "7"], "no session 7"),
                            (["ls", "x.iso", "--session", "2"], "no session 2"),
                            (["diff", "x.iso"], "one session only")):
            run = self.command("disc", *words)
            self.assertEqual(run.returncode, 1, words)
            self.assertIn(says, run.stderr)
        self.assertEqual(hashlib.sha256((self.folder / "x.iso").read_bytes()).digest(), before)
        self.works("disc", "create", "vat.iso", "in", "--fs", "udf", "--udf-partition", "vat")
        run = self.command("disc", "append", "vat.iso", "in")
        self.assertEqual(run.returncode, 1)
        self.assertIn("virtual allocation table", run.stderr)

    def digest(self, name="x.iso"):
        return hashlib.sha256((self.folder / name).read_bytes()).digest()

    def test_a_file_that_cannot_grow_stays_as_it_was(self):
        self.works("disc", "create", "x.iso", "in", "--fs", BRIDGE)
        more = self.source("more", {"big": bytes(3 << 20)})
        before = self.digest()
        limit = (self.folder / "x.iso").stat().st_size + (1 << 20)
        run = self.command("disc", "append", "x.iso", more,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("x.iso", run.stderr)
        self.assertEqual(self.digest(), before)
        self.works("disc", "append", "x.iso", more)
        self.works("disc", "verify", "x.iso")

    def test_a_file_system_that_is_full(self):
        self.works("disc", "create", "x.iso", "in", "--fs", BRIDGE)
        self.source("more", {"big": b"x" * (8 << 20)})
        (self.folder / "small").mkdir()
        script = """mount -t tmpfs -o size=5m none small 2>/dev/null || exit 77
            cp x.iso small && "$0" disc append small/x.iso more; echo status $?; cmp x.iso small/x.iso && echo same"""
        run = subprocess.run(["unshare", "-rm", "sh", "-c", script, COMEBACK], cwd=self.folder, env=self.environment,
                             capture_output=True, text=True, check=False)
        if run.returncode == 77 or "unshare" in run.stderr:
            self.skipTest("nothing can be mounted here")
        self.assertIn("No space left on device", run.stderr)
        self.assertEqual(run.stdout, "status 1\nsame\n")

    def test_others_read_every_session_of_ours(self):
        self.works("disc", "create", "x.iso", "in")
        for number in range(3):
            self.works("disc", "append", "x.iso", self.source(f"more{number}", {f"new{number}": b"new"}))
        toc = output("xorriso", "-indev", "x.iso", "-toc", cwd=self.folder)
        self.assertEqual(toc.count("ISO session"), 4, toc)
        first = [row["first_block"] for row in self.json("disc", "sessions", "x.iso")]
        for number, block in enumerate(first):
            listed = output("xorriso", "-load", "sbsector", str(block), "-indev", "x.iso", "-find", "/", cwd=self.folder)
            self.assertEqual([n for n in range(3) if f"'/new{n}'" in listed], list(range(number)), listed)
        self.assertIn("No errors found", output("isovfy", "x.iso", cwd=self.folder))
        for option in ("-R", "-J"):
            self.assertIn("/new2", output("isoinfo", option, "-f", "-i", "x.iso", cwd=self.folder))
        self.assertIn("new0", output("7z", "l", "x.iso", cwd=self.folder))

    def test_xorriso_appends_to_ours_and_we_to_that(self):
        self.works("disc", "create", "x.iso", "in")
        self.source("theirs", {"theirs": b"theirs"})
        output("xorriso", "-dev", "x.iso", "-map", "theirs/theirs", "/theirs", "-commit", cwd=self.folder)
        self.works("disc", "append", "x.iso", self.source("ours", {"ours": b"ours"}))
        self.assertEqual(len(self.json("disc", "sessions", "x.iso")), 3)
        self.assertNotIn("/theirs", self.names("--session", "1"))
        self.assertNotIn("/ours", self.names("--session", "2"))
        self.assertTrue({"/theirs", "/ours"} <= set(self.names()))
        self.assertIn("No errors found", output("isovfy", "x.iso", cwd=self.folder))

    def growisofs(self, image, source):
        # It wants to know that nobody else uses a device, which a file is not.
        environment = {**self.environment, "PATH": self.environment["PATH"] + ":/usr/sbin:/sbin", "MKISOFS": "genisoimage"}
        return subprocess.run(["growisofs", "-M", image, "-quiet", "-J", "-R", source], cwd=self.folder, env=environment,
                              check=True, capture_output=True, text=True)

    def test_growisofs_appends_to_ours_and_we_to_that(self):
        self.works("disc", "create", "x.iso", "in", "--fs", "iso9660,joliet,rockridge")
        self.growisofs("x.iso", self.source("theirs", {"theirs": b"theirs"}))
        self.assertIn("/theirs", self.names())
        self.works("disc", "append", "x.iso", self.source("ours", {"ours": b"ours"}))
        self.growisofs("x.iso", self.source("later", {"later": b"later"}))
        rows = self.json("disc", "sessions", "x.iso")
        self.assertEqual(len(rows), 4, rows)
        added = ("/theirs", "/ours", "/later")
        for number in range(4):
            names = self.names("--session", str(number + 1))
            self.assertEqual([name for name in added if name in names], list(added[:number]))
        toc = output("xorriso", "-indev", "x.iso", "-toc", cwd=self.folder)
        self.assertEqual(toc.count("ISO session"), 4, toc)
        self.assertIn("No errors found", output("isovfy", "x.iso", cwd=self.folder))
        for option in ("-R", "-J"):
            listed = output("isoinfo", option, "-f", "-i", "x.iso", cwd=self.folder)
            for name in added:
                self.assertIn(name, listed)

    def test_genisoimage_appends_to_a_medium_of_ours_and_we_to_that(self):
        self.works("disc", "create", "x.iso", "in", "--fs", "iso9660,joliet,rockridge")
        second = self.medium("x.iso", "cd-r", 11400, unit=1, capacity=332800)
        self.source("theirs", {"theirs": b"theirs"})
        output("genisoimage", "-quiet", "-J", "-R", "-C", f"0,{second}", "-M", "x.iso", "-o", "part", "theirs",
               cwd=self.folder)
        part = (self.folder / "part").read_bytes()
        first = (self.folder / "x.iso").stat().st_size // 2048
        with open(self.folder / "x.iso", "r+b") as image:
            image.seek(second * 2048)
            image.write(part)
        blocks = len(part) // 2048
        (self.folder / "x.iso.medium").write_text(
            f"comeback medium 1\ntype cd-r\ncapacity 332800\nnext {second + blocks + 6900}\nsession 0 {first}\n"
            f"session {second} {blocks}\nend\n", encoding="ascii")
        self.assertIn("/theirs", self.names())
        self.assertNotIn("/theirs", self.names("--session", "1"))
        self.works("disc", "append", "x.iso", self.source("ours", {"ours": b"ours"}))
        third = self.json("disc", "sessions", "x.iso")[2]["first_block"]
        self.assertTrue({"/theirs", "/ours", "/file"} <= set(self.names()))
        self.assertNotIn("/ours", self.names("--session", "2"))
        for option in ("-R", "-J"):
            listed = output("isoinfo", "-T", str(third), option, "-f", "-i", "x.iso", cwd=self.folder)
            for name in ("/file", "/theirs", "/ours"):
                self.assertIn(name, listed)
        # Merging with what is there, genisoimage reads all of our session.
        merged = output("genisoimage", "-quiet", "-R", "-C", f"{third},{third + 20000}", "-M", "x.iso", "-print-size",
                        "theirs", cwd=self.folder)
        self.assertGreater(int(merged.split()[-1]), 100)

    def test_images_of_others_keep_their_first_session(self):
        makers = {"genisoimage": ["genisoimage", "-quiet", "-J", "-R", "-o", "x.iso", "in"],
                  "xorriso": ["xorriso", "-as", "mkisofs", "-quiet", "-J", "-R", "-o", "x.iso", "in"]}
        for maker, words in makers.items():
            with self.subTest(maker):
                output(*words, cwd=self.folder)
                before = self.names()
                for number in range(2):
                    self.works("disc", "append", "x.iso", self.source(f"m{number}", {f"new{number}": b"new"}))
                self.assertEqual(len(self.json("disc", "sessions", "x.iso")), 3)
                self.assertEqual(self.names("--session", "1"), before)
                self.assertEqual(self.names(), sorted([*before, "/new0", "/new1"]))
                self.works("disc", "verify", "x.iso")
                self.assertIn("/new1", output("isoinfo", "-R", "-f", "-i", "x.iso", cwd=self.folder))

    def medium(self, name, kind, gap, unit=16, capacity=2295104):
        """The image becomes a medium that is written once, and was closed behind the image."""
        blocks = (self.folder / name).stat().st_size // 2048
        following = -(-blocks // unit) * unit + gap
        (self.folder / (name + ".medium")).write_text(
            f"comeback medium 1\ntype {kind}\ncapacity {capacity}\nnext {following}\nsession 0 {blocks}\nend\n",
            encoding="ascii")
        return following

    def test_sessions_with_a_virtual_allocation_table(self):
        for revision in ("1.50", "2.00", "2.01", "2.50"):
            with self.subTest(revision):
                self.works("disc", "create", "x.iso", "in", "--fs", "udf", "--udf-revision", revision,
                           "--udf-partition", "vat")
                following = self.medium("x.iso", "dvd-r", 28672)
                first = (self.folder / "x.iso").read_bytes()
                old = self.names()
                self.works("disc", "append", "x.iso", self.source("more", {"new": b"new" * 1000}), "--remove", "/folder")
                self.assertEqual(self.names(), ["/file", "/new"])
                self.assertEqual(self.names("--session", "1"), old)
                self.assertEqual(self.works("disc", "cat", "x.iso", "/new"), "new" * 1000)
                rows = self.json("disc", "sessions", "x.iso")
                self.assertEqual([row["first_block"] for row in rows], [0, following])
                whole = (self.folder / "x.iso").read_bytes()
                self.assertEqual(whole[:len(first)], first)
                for session in ("1", "2"):
                    self.works("disc", "verify", "x.iso", "--session", session)
                # Cut: the bytes are there, and nothing says that they are a session.
                (self.folder / "x.iso").write_bytes(first)
                self.medium("x.iso", "dvd-r", 28672)
                (self.folder / "x.iso").write_bytes(whole[:-2048])
                self.assertEqual(self.names(), old)
                self.works("disc", "append", "x.iso", self.source("again", {"again": b"again"}))
                self.assertEqual(self.names(), sorted([*old, "/again"]))
                self.assertEqual(len(self.json("disc", "sessions", "x.iso")), 2)
                self.works("disc", "verify", "x.iso")
                (self.folder / "x.iso").unlink()
                (self.folder / "x.iso.medium").unlink()

    def test_media_that_are_written_once(self):
        self.works("recorder", "add", "burner", "x.iso", "--media", "cd-r")
        run = self.command("disc", "append", "x.iso", "in")
        self.assertEqual(run.returncode, 1)
        self.assertIn("blank", run.stderr)


if __name__ == "__main__":
    unittest.main()
