#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What bash offers for the words typed so far, with a stand-in for the command that knows a few odd machines."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

COMPLETION = Path(__file__).resolve().parents[2] / "packaging/completions/comeback.bash"
COMEBACK = os.environ["COMEBACK"]

# Prints what the command prints of machines and tasks, and the command's own help.
STAND_IN = f"""#!/bin/sh
case "$*" in
  'vm list') printf '%s\\n' 'NAME                  STATE    UUID' 'lab1                  running  1' \\
      'list                  running  2' 'two words             running  3' '$(touch${{IFS}}broken)  running  4' ;;
  'task list') printf '%s\\n' 'TASK  STATE' '1     running' '12    failed' ;;
  'recorder list') printf '%s\\n' 'NAME    MEDIUM' 'burner  dvd+r' 'b2      -' ;;
  *--help) exec '{COMEBACK}' "$@" ;;
esac
"""
MACHINES = ["lab1", "list", "two\\ words", "\\$\\(touch\\$\\{IFS\\}broken\\)"]


class Completion(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="comeback-completion.")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/comeback").write_text(STAND_IN, encoding="utf-8")
        (self.folder / "bin/comeback").chmod(0o755)
        (self.folder / "photos.iso").touch()

    def offered(self, *words):
        """The last word is the one being completed."""
        script = ('. "$1"; shift; COMP_WORDS=(comeback "$@"); COMP_CWORD=$#; _comeback; '
                  '((${#COMPREPLY[@]} == 0)) || printf "%s\\n" "${COMPREPLY[@]}"')
        run = subprocess.run(["bash", "-c", script, "bash", COMPLETION, *words], cwd=self.folder, capture_output=True,
                             env={"PATH": f"{self.folder}/bin:{os.environ['PATH']}"}, text=True, check=True, timeout=60)
        self.assertEqual(run.stderr, "")
        return run.stdout.splitlines()

    def test_groups_and_verbs(self):
        self.assertEqual(self.offered(""), ["disc", "vm", "guest", "task", "recorder"])
        self.assertEqual(self.offered("guest", "s"), ["sessions"])
        self.assertEqual(self.offered("--json", "vm", "dvd", ""), ["insert", "eject"])
        self.assertEqual(self.offered("--connect", "test", ":", "///default", "task", "w"), ["wait"])

    def test_machines_where_a_verb_takes_one(self):
        for words in (["vm", "info"], ["vm", "start"], ["vm", "stop"], ["vm", "save"], ["vm", "dvd", "insert"],
                      ["vm", "dvd", "eject"], ["vm", "dvd", "insert", "--drive", "sda"], ["guest", "info"],
                      ["guest", "sessions"], ["guest", "logoff"], ["guest", "wait"], ["guest", "wait", "lab1"]):
            self.assertEqual(self.offered(*words, ""), MACHINES, words)
        self.assertEqual(self.offered("vm", "list", ""), [])

    def test_a_machine_may_be_called_like_a_verb(self):
        for name in ("list", "info", "show", "guest", "dvd"):
            self.assertEqual(self.offered("guest", "logoff", name, "la"), ["lab1"], name)
            self.assertIn("--no-wait", self.offered("guest", "logoff", name, "--"), name)
            self.assertEqual(self.offered("vm", "dvd", "insert", name, "ph"), ["photos.iso"], name)

    def test_a_name_is_never_run(self):
        self.offered("guest", "info", "")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["bin", "photos.iso"])

    def test_words_about_file_systems(self):
        self.assertEqual(self.offered("disc", "c"), ["create", "cat"])
        self.assertEqual(self.offered("disc", "create", "--fs", ""), ["iso9660", "joliet", "rockridge", "udf"])
        self.assertEqual(self.offered("disc", "create", "--fs", "udf,i"), ["udf\\,iso9660"])
        self.assertEqual(self.offered("disc", "ls", "--fs", "i"), ["iso9660-1999", "iso9660"])
        self.assertEqual(self.offered("disc", "create", "--udf-revision", "2.5"), ["2.50"])
        self.assertEqual(self.offered("disc", "create", "--udf-partition", "s"), ["sparable"])
        self.assertEqual(self.offered("disc", "create", "--rr"), ["--rr-relocate"])
        self.assertEqual(self.offered("disc", "create", "x.iso", "--udf-"),
                         ["--udf-partition", "--udf-revision", "--udf-shared-extents"])
        for option in ("--boot", "--mbr", "--dedupe", "--checksums", "--list-names", "--skip-unreadable", "--no-mirror"):
            self.assertIn(option, self.offered("disc", "create", "--"))

    def test_files_tasks_and_options(self):
        self.assertEqual(self.offered("disc", "info", "ph"), ["photos.iso"])
        self.assertEqual(self.offered("vm", "define", "ph"), ["photos.iso"])
        self.assertEqual(self.offered("task", "show", "1"), ["1", "12"])
        self.assertEqual(self.offered("task", "wait", "--t"), ["--timeout"])
        self.assertEqual(self.offered("guest", "wait", "--l"), ["--logged-off"])

    def test_recorders_and_their_media(self):
        self.assertEqual(self.offered("recorder", ""), ["add", "list", "remove"])
        self.assertEqual(self.offered("recorder", "remove", ""), ["burner", "b2"])
        self.assertEqual(self.offered("recorder", "list", ""), [])
        self.assertEqual(self.offered("recorder", "add", ""), [])
        self.assertEqual(self.offered("recorder", "add", "burner", "ph"), ["photos.iso"])
        self.assertEqual(self.offered("recorder", "add", "a", "b", "--media", "dvd+"),
                         ["dvd+r", "dvd+rw", "dvd+r-dl", "dvd+rw-dl"])
        kinds = self.offered("recorder", "add", "a", "b", "--media", "")
        text = subprocess.run([COMEBACK, "recorder", "add", "--help"], capture_output=True, text=True, check=True).stdout
        for kind in kinds:
            self.assertIn(kind, text)
        self.assertEqual(len(kinds), 19)


if __name__ == "__main__":
    unittest.main()
