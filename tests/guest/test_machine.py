# SPDX-License-Identifier: Apache-2.0
"""The real test guest for tests in Python: a machine `comeback-guest` on a driver of the test's own."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path


class MachineTest(unittest.TestCase):
    """`SOURCE` and `BUILD` are the project's trees; `DRIVER` names the driver's folder, one for each test program."""
    SOURCE: Path
    BUILD: Path
    DRIVER: str

    def setUp(self):
        self.work = tempfile.TemporaryDirectory(prefix=f"comeback-{self.DRIVER}.")
        os.chmod(self.work.name, 0o755)  # QEMU may run as somebody else
        embedded = self.BUILD / "guest" / self.DRIVER
        self.environment = {**os.environ, "PATH": f"{self.BUILD / 'bin'}:{os.environ['PATH']}",
                            "PYTHONPATH": str(self.BUILD / "python"), "COMEBACK_URI": f"qemu:///embed?root={embedded}"}
        built = subprocess.run([self.SOURCE / "tools/guest/build.sh", "--check"], capture_output=True, text=True,
                               check=True)
        self.guest = [str(self.BUILD / "bin/comeback-test-guest"), built.stdout.strip(), str(embedded / "disk")]

    def tearDown(self):
        self.run_words([*self.guest, "down"])
        self.work.cleanup()

    def run_words(self, words):
        return subprocess.run(words, cwd=self.work.name, env=self.environment, capture_output=True, text=True,
                              check=False, timeout=240)

    def works(self, words):
        run = self.run_words(words)
        self.assertEqual(run.returncode, 0, f"{words}: {run.stdout}{run.stderr}")
        return run.stdout

    def log_everyone_in(self):
        self.works([*self.guest, "up"])
        self.assertIn("alice", self.works(["comeback", "guest", "sessions", "comeback-guest"]))

    def assert_nobody_is_on(self):
        self.assertIn("Nobody", self.works(["comeback", "guest", "sessions", "comeback-guest"]))
