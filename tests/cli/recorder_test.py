#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""comeback recorder …: media that are made, taken and refused; what is kept of them, and what is told of it."""
import fcntl
import os
import struct
import unittest

from command import CommandTest

BLOCK = 2048


class Recorders(CommandTest):
    def setUp(self):
        super().setUp()
        self.kept = self.folder / "state" / "comeback" / "recorders"

    def list(self):
        return self.json("recorder", "list")

    def test_none_yet(self):
        self.assertEqual(self.list(), [])
        self.assertIn("There are no recorders", self.works("recorder", "list"))
        self.assertFalse(self.kept.exists())

    def test_a_blank_medium_is_made(self):
        added = self.json("recorder", "add", "burner", "blank.img", "--media", "dvd+r")
        self.assertEqual((added["name"], added["id"], added["state"], added["error"]),
                         ("burner", "image-recorder:burner", "blank", None))
        self.assertEqual(added["image"], str((self.folder / "blank.img").resolve()))
        self.assertEqual(added["medium"], {"type": "dvd+r", "profile": 0x1B, "state": "blank", "capacity": 2295104,
                                           "next_writable": 0, "free_blocks": 2295104, "write_unit": 16,
                                           "sessions": []})
        self.assertEqual(self.list(), [added])
        rows = self.works("recorder", "list").splitlines()
        self.assertEqual(rows[0].split(), ["NAME", "MEDIUM", "STATE", "SESSIONS", "FREE", "IMAGE"])
        self.assertEqual(rows[1].split()[:4], ["burner", "dvd+r", "blank", "0"])
        self.assertEqual(os.stat(self.kept).st_mode & 0o777, 0o700)

    def test_one_of_every_kind(self):
        (self.folder / "rom.iso").write_bytes(bytes(BLOCK))
        kinds = ("cd-r cd-rw dvd-ram dvd+r dvd+rw dvd+r-dl dvd-r dvd-rw dvd-r-dl disk dvd+rw-dl hd-dvd-r hd-dvd-ram bd-r "
                 "bd-re").split()
        for kind in kinds:
            self.works("recorder", "add", kind.replace("+", "_plus_"), kind + ".img", "--media", kind)
        for kind in ("cd-rom", "dvd-rom", "bd-rom", "hd-dvd-rom"):
            image = self.folder / (kind + ".iso")
            image.write_bytes(bytes(3 * BLOCK))
            added = self.json("recorder", "add", kind, image, "--media", kind)
            self.assertEqual((added["state"], added["medium"]["capacity"]), ("closed", 3))
        self.assertEqual([r["medium"]["type"] for r in self.list()],
                         kinds + ["cd-rom", "dvd-rom", "bd-rom", "hd-dvd-rom"])

    def test_a_plain_image_is_a_disk(self):
        self.works("disc", "create", "x.iso", self.make({"a": b"text"}))
        before = (self.folder / "x.iso").read_bytes()
        medium = self.json("recorder", "add", "x", "x.iso")["medium"]
        blocks = len(before) // BLOCK
        self.assertEqual((medium["type"], medium["state"], medium["capacity"], medium["next_writable"]),
                         ("disk", "appendable", None, blocks))
        self.assertEqual(medium["sessions"], [{"first_block": 0, "blocks": blocks, "closed": True}])
        self.assertEqual((self.folder / "x.iso").read_bytes(), before)
        self.assertEqual(self.left_behind(), ["x.iso"])
        self.assertEqual(self.works("disc", "cat", "x.iso", "/a"), "text")

    def test_capacities(self):
        added = self.json("recorder", "add", "a", "a.img", "--media", "cd-rw", "--capacity", "1000")
        self.assertEqual(added["medium"]["free_blocks"], 1000)
        self.fails("recorder", "add", "b", "b.img", "--media", "bd-r", "--capacity", "33", name="E_INVALIDARG",
                   names="units of 32 blocks")
        self.fails("recorder", "add", "b", "a.img", "--capacity", "33", name="E_INVALIDARG", names="there already")
        for word in ("0", "-1", "x", "4294967297"):
            self.assertEqual(self.command("recorder", "add", "b", "b.img", "--capacity", word).returncode, 2, word)
        self.assertEqual(self.command("recorder", "add", "b", "b.img", "--media", "floppy").returncode, 2)
        self.assertEqual(self.left_behind(), ["a.img", "a.img.medium"])

    def test_what_is_there_stays_what_it_is(self):
        self.works("recorder", "add", "a", "a.img", "--media", "cd-r")
        self.works("recorder", "remove", "a")
        self.fails("recorder", "add", "a", "a.img", "--media", "dvd+r", name="E_IMAPI_RECORDER_MEDIA_INCOMPATIBLE",
                   names="is a cd-r already, not a dvd+r")
        self.assertEqual(self.json("recorder", "add", "a", "a.img")["medium"]["type"], "cd-r")
        self.fails("recorder", "add", "a", "b.img", name="ERROR_ALREADY_EXISTS", names="'a'")
        self.fails("recorder", "add", "b", "a.img", name="ERROR_ALREADY_EXISTS", names="recorder 'a' already")
        self.assertEqual(self.left_behind(), ["a.img", "a.img.medium"])

    def test_names_and_images_that_are_none(self):
        for name in ("../x", ".x", "a b", "a/b", "ä", "x" * 65):
            self.fails("recorder", "add", name, "x.img", name="ERROR_INVALID_NAME", names="cannot name a recorder")
        self.fails("recorder", "add", "a", "no/where.img", name="ERROR_FILE_NOT_FOUND", names="no/where.img")
        self.fails("recorder", "add", "a", ".", name="ERROR_NOT_SUPPORTED", names="no regular file")
        self.fails("recorder", "add", "a", "x.iso", "--media", "cd-rom", name="ERROR_FILE_NOT_FOUND", names="x.iso")
        self.assertEqual(self.left_behind(), [])

    def test_removing_leaves_the_image(self):
        self.works("recorder", "add", "a", "a.img", "--media", "bd-re")
        self.assertIn("its image is not", self.works("recorder", "remove", "a"))
        self.assertEqual(self.list(), [])
        self.assertEqual(list(self.kept.iterdir()), [])
        self.assertEqual(self.left_behind(), ["a.img", "a.img.medium"])
        self.fails("recorder", "remove", "a", name="IMAPI_E_ITEM_NOT_FOUND", names="no recorder 'a'")

    def test_states_that_are_seen(self):
        for name in ("gone", "open", "lies", "cut"):
            self.works("recorder", "add", name, name + ".img", "--media", "cd-r")
        (self.folder / "gone.img").unlink()
        record = self.kept / "open.recorder"
        record.write_text(record.read_text(encoding="utf-8").replace("tray closed", "tray open"), encoding="utf-8")
        (self.folder / "lies.img.medium").write_text("comeback medium 1\ntype cd-r\ncapacity 100\nnext 50\n"
                                                     "session 0 10\nend\n", encoding="utf-8")
        (self.folder / "cut.img").write_bytes(bytes(3 * BLOCK))
        rows = {r["name"]: r for r in self.list()}
        self.assertEqual({n: r["state"] for n, r in rows.items()},
                         {"gone": "no medium", "open": "tray open", "lies": "damaged", "cut": "appendable"})
        self.assertEqual(rows["lies"]["error"]["name"], "IMAPI_E_FILE_SYSTEM_READ_CONSISTENCY_ERROR")
        self.assertIn("lies.img.medium, line 5: session 1 ends at block 10, but the image has only 0 blocks",
                      rows["lies"]["error"]["message"])
        self.assertEqual(rows["cut"]["medium"]["sessions"], [{"first_block": 0, "blocks": 3, "closed": False}])
        self.assertIn("tray open", self.works("recorder", "list"))

    def test_damaged_records_are_rows(self):
        self.works("recorder", "add", "good", "a.img")
        (self.kept / "bad.recorder").write_text("\x1b[2J", encoding="utf-8")
        self.assertEqual([(r["name"], r["state"]) for r in self.list()], [("good", "blank"), ("bad", "damaged")])
        self.assertNotIn("\x1b", self.works("recorder", "list"))
        self.works("recorder", "remove", "bad")
        self.assertEqual(len(self.list()), 1)

    def test_who_has_exclusive_access_is_not_disturbed(self):
        self.works("recorder", "add", "a", "a.img")
        with open(self.kept / "a.lock", "w+", encoding="utf-8") as lock:
            lock.write("a burning program")
            lock.flush()
            # F_OFD_SETLK with struct flock of 64-bit Linux
            fcntl.fcntl(lock, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
            self.fails("recorder", "remove", "a", name="E_IMAPI_RECORDER_LOCKED", names="a burning program has exclusive")
            self.assertEqual(len(self.list()), 1)
        self.works("recorder", "remove", "a")


if __name__ == "__main__":
    unittest.main()
