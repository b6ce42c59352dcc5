# SPDX-License-Identifier: Apache-2.0
"""Runs the command as a user would: a process, its output, its status."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

COMEBACK = os.environ["COMEBACK"]


class CommandTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="comeback-cli.")
        self.folder = Path(self.temporary.name)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C",
                            "XDG_STATE_HOME": str(self.folder / "state"),
                            **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}

    def tearDown(self):
        self.temporary.cleanup()

    def command(self, *words, **more):
        more.setdefault("text", True)
        more.setdefault("env", self.environment)
        return subprocess.run([COMEBACK, *map(str, words)], cwd=self.folder, capture_output=True, check=False,
                              timeout=120, **more)

    def works(self, *words, **more):
        run = self.command(*words, **more)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def json(self, *words):
        return json.loads(self.works("--json", *words))

    def fails(self, *words, name, names=""):
        """Status 1, the code's name and the object's on stderr; with --json the same as an object."""
        run = self.command(*words)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertIn(name, run.stderr)
        self.assertIn(str(names), run.stderr)
        run = self.command("--json", *words)
        self.assertEqual(run.returncode, 1)
        error = json.loads(run.stdout)["error"]
        self.assertEqual(error["name"], name)
        self.assertIn(str(names), error["message"])
        return error

    def make(self, files):
        """{name: bytes}, below `in`; returns that folder."""
        top = self.folder / "in"
        top.mkdir(exist_ok=True)
        for name, content in files.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return top

    def left_behind(self):
        return sorted(p.name for p in self.folder.iterdir() if p.name not in ("in", "state"))
