#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""comeback disc …, from a folder to an image and back, and everything that can be wrong on the way."""
import os
import signal
import subprocess
import unittest

from command import COMEBACK, CommandTest

FILES = {
    "readme.txt": b"hello\n",
    "empty": b"",
    "photos/Ünïcödé 資料.jpg": bytes(range(256)) * 100,
    "photos/" + "long" * 20 + ".txt": b"x" * 2048,
    "a/b/c/d/e/f/g/h/i/deep": b"deep",
}


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


class There(CommandTest):
    def test_there_and_back_again(self):
        source = self.make(FILES)
        made = self.json("disc", "create", "x.iso", source, "--volume", "TEST")
        self.assertEqual((made["files"], made["directories"]), (len(FILES), 10))
        self.assertEqual(made["bytes"], (self.folder / "x.iso").stat().st_size)
        self.works("disc", "extract", "x.iso", "out")
        self.assertEqual(tree(self.folder / "out"), FILES)
        self.works("disc", "verify", "x.iso", "--against", source)

    def test_info_names_every_file_system(self):
        self.make(FILES)
        self.works("disc", "create", "x.iso", "in", "--volume", "TEST")
        info = self.json("disc", "info", "x.iso")
        self.assertEqual([v["file_system"] for v in info["volumes"]], ["iso9660", "joliet", "rockridge"])
        self.assertEqual({v["volume"] for v in info["volumes"]}, {"TEST"})
        self.assertIn("joliet", self.works("disc", "info", "x.iso"))

    def test_ls_lists_a_folder_and_all_below(self):
        self.make(FILES)
        self.works("disc", "create", "x.iso", "in")
        self.assertEqual(sorted(self.works("disc", "ls", "x.iso").split()), ["a/", "empty", "photos/", "readme.txt"])
        paths = {e["path"] for e in self.json("disc", "ls", "-R", "x.iso")}
        self.assertLessEqual({"/" + name for name in FILES}, paths)
        rows = self.works("disc", "ls", "-l", "x.iso", "/photos").splitlines()
        self.assertTrue(any("25600" in row and row.endswith("Ünïcödé 資料.jpg") for row in rows), rows)
        plain = {e["path"] for e in self.json("disc", "ls", "-R", "x.iso", "--fs", "iso9660")}
        self.assertTrue(all(p.isascii() for p in plain), plain)

    def test_standard_output_gets_the_same_bytes(self):
        self.make(FILES)
        self.environment["SOURCE_DATE_EPOCH"] = "1000000000"
        self.works("disc", "create", "x.iso", "in")
        piped = self.works("disc", "create", "-", "in", text=False)
        self.assertEqual(piped, (self.folder / "x.iso").read_bytes())

    def test_the_same_source_date_epoch_gives_the_same_bytes(self):
        source = self.make(FILES)
        self.environment["SOURCE_DATE_EPOCH"] = "1000000000"
        self.works("disc", "create", "x.iso", "in")
        os.utime(source / "readme.txt")
        self.works("disc", "create", "y.iso", "in")
        self.assertEqual((self.folder / "x.iso").read_bytes(), (self.folder / "y.iso").read_bytes())

    def test_rooted_sources(self):
        self.make(FILES)
        self.works("disc", "create", "x.iso", "in/readme.txt", "--root", "/p/q=in/photos")
        paths = {e["path"] for e in self.json("disc", "ls", "-R", "x.iso")}
        self.assertIn("/readme.txt", paths)
        self.assertIn("/p/q/Ünïcödé 資料.jpg", paths)
        self.works("disc", "verify", "x.iso", "--against", "in/readme.txt", "--against", "/p/q=in/photos")

    def test_extract_takes_some_and_replaces_only_when_told(self):
        self.make(FILES)
        self.works("disc", "create", "x.iso", "in")
        self.works("disc", "extract", "x.iso", "out", "/photos")
        self.assertEqual({n for n in FILES if n.startswith("photos/")}, set(tree(self.folder / "out")))
        self.fails("disc", "extract", "x.iso", "out", "/photos", name="ERROR_ALREADY_EXISTS", names="photos")
        self.works("disc", "extract", "x.iso", "out", "/photos", "--overwrite")


class Progress(CommandTest):
    def test_progress_events_end_at_100(self):
        self.make({"big": bytes(20 << 20)})
        run = self.command("--json", "--progress", "always", "disc", "create", "x.iso", "in")
        events = [line for line in run.stderr.splitlines() if '"progress"' in line]
        self.assertTrue(events)
        self.assertIn('"percent":100', events[-1])

    def test_no_bar_without_a_terminal(self):
        self.make(FILES)
        self.assertEqual(self.command("disc", "create", "x.iso", "in").stderr, "")


class Wrong(CommandTest):
    def test_a_source_that_is_not_there(self):
        self.fails("disc", "create", "x.iso", "nowhere", name="ERROR_FILE_NOT_FOUND", names="nowhere")
        self.assertEqual(self.left_behind(), [])

    def test_nothing_to_pack(self):
        self.fails("disc", "create", "x.iso", name="E_INVALIDARG", names="SOURCE")

    def test_an_image_path_that_is_a_folder(self):
        self.make(FILES)
        self.fails("disc", "create", "in", "in", name="ERROR_DIRECTORY", names="in")

    def test_an_image_path_whose_folder_is_not_there(self):
        self.make(FILES)
        self.fails("disc", "create", "no/x.iso", "in", name="ERROR_FILE_NOT_FOUND", names="no")

    def test_a_failed_create_leaves_the_old_image(self):
        self.make(FILES)
        self.works("disc", "create", "x.iso", "in")
        before = (self.folder / "x.iso").read_bytes()
        limited = subprocess.run(["prlimit", "--fsize=65536", COMEBACK, "disc", "create", "x.iso", "in"],
                                 cwd=self.folder, capture_output=True, text=True, check=False, env=self.environment)
        self.assertNotEqual(limited.returncode, 0)
        self.assertEqual((self.folder / "x.iso").read_bytes(), before)

    def test_a_full_disk(self):
        self.make(FILES)
        with open("/dev/full", "wb") as full:
            run = subprocess.run([COMEBACK, "disc", "create", "-", "in"], cwd=self.folder, stdout=full,
                                 stderr=subprocess.PIPE, text=True, check=False, env=self.environment)
        self.assertEqual(run.returncode, 1)
        self.assertIn("ERROR_DISK_FULL", run.stderr)

    def test_no_image(self):
        (self.folder / "in").mkdir()
        (self.folder / "x.iso").write_bytes(b"no image at all" * 10000)
        for verb in ("info", "ls", "verify"):
            self.fails("disc", verb, "x.iso", name="IMAPI_E_NO_SUPPORTED_FILE_SYSTEM", names="x.iso")
        self.fails("disc", "info", "gone.iso", name="ERROR_FILE_NOT_FOUND", names="gone.iso")

    def test_an_image_cut_short(self):
        self.make(FILES)
        self.works("disc", "create", "x.iso", "in")
        image = (self.folder / "x.iso").read_bytes()
        (self.folder / "x.iso").write_bytes(image[:len(image) - 20480])
        run = self.command("disc", "verify", "x.iso")
        self.assertEqual(run.returncode, 1)
        self.assertIn("finding", run.stdout)

    def test_a_content_that_differs(self):
        source = self.make(FILES)
        self.works("disc", "create", "x.iso", "in")
        (source / "readme.txt").write_bytes(b"HELLO\n")
        (source / "new").write_bytes(b"new")
        run = self.command("disc", "verify", "x.iso", "--against", "in")
        self.assertEqual(run.returncode, 1)
        self.assertIn("readme.txt", run.stdout)
        self.assertIn("new", run.stdout)

    def test_a_path_that_is_not_in_the_image(self):
        self.make(FILES)
        self.works("disc", "create", "x.iso", "in")
        self.fails("disc", "ls", "x.iso", "/nowhere", name="IMAPI_E_ITEM_NOT_FOUND", names="/nowhere")

    def test_links_are_kept_where_rock_ridge_is(self):
        source = self.make(FILES)
        (source / "link").symlink_to("readme.txt")
        self.assertEqual(self.command("disc", "create", "x.iso", "in").stderr, "")
        self.assertIn("link -> readme.txt", self.works("disc", "ls", "-l", "x.iso"))

    def test_links_are_left_out_and_counted_without_rock_ridge(self):
        source = self.make(FILES)
        (source / "link").symlink_to("readme.txt")
        run = self.command("disc", "create", "x.iso", "in", "--fs", "iso9660,joliet")
        self.assertEqual(run.returncode, 0)
        self.assertIn("1 left out", run.stderr)
        self.works("disc", "create", "x.iso", "in", "--follow-links")
        self.assertIn("link", self.works("disc", "ls", "x.iso"))

    def test_an_interrupt_leaves_nothing_behind(self):
        source = self.make({})
        with open(source / "sparse", "wb") as big:
            big.truncate(64 << 30)
        process = subprocess.Popen([COMEBACK, "--json", "--progress", "always", "disc", "create", "x.iso", "in"],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=self.environment)
        for line in process.stderr:
            if '"phase":"writing"' in line:
                break
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("ERROR_CANCELLED", output)
        self.assertEqual(self.left_behind(), [])


if __name__ == "__main__":
    unittest.main()
