#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A script written for pywin32, as it is."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import comeback

SCRIPT = """
import sys
import pythoncom
import pywintypes
import win32com.client
from win32com.client import constants, gencache

class ImageEvents:
    seen = 0
    def OnUpdate(self, source, file, copied, total):
        ImageEvents.seen += 1

pythoncom.CoInitialize()
image = win32com.client.gencache.EnsureDispatch("IMAPI2FS.MsftFileSystemImage")
events = win32com.client.WithEvents(image, ImageEvents)
image.ChooseImageDefaultsForMediaType(constants.IMAPI_MEDIA_TYPE_DVDPLUSR)
image.FileSystemsToCreate = constants.FsiFileSystemISO9660 | constants.FsiFileSystemJoliet
win32com.client.CastTo(image.Root, "IFsiDirectoryItem").AddTree(sys.argv[1], False)
result = image.CreateResultImage()
pythoncom.PumpWaitingMessages()
try:
    image.Root.Item("nothing")
except pythoncom.com_error as error:
    hresult, text, info, argument = error.args
    print(hresult, info[5] & 0xFFFFFFFF == 0xC0AAB118 or hex(info[5] & 0xFFFFFFFF))
assert pywintypes.com_error is pythoncom.com_error
try:
    win32com.client.DispatchEx("VirtualPC.Nothing")
except pywintypes.com_error as error:
    print(error.hresult)
print(result.TotalBlocks > 0, ImageEvents.seen > 0, pywintypes.Time(0).year)
pythoncom.CoUninitialize()
"""


class Shim(unittest.TestCase):
    def run_script(self, text, path):
        with tempfile.TemporaryDirectory(prefix="comeback-shim.") as folder:
            (Path(folder) / "in").mkdir()
            (Path(folder) / "in/readme.txt").write_bytes(b"hello\n")
            (Path(folder) / "script.py").write_text(text, encoding="utf-8")
            run = subprocess.run([sys.executable, f"{folder}/script.py", f"{folder}/in"], capture_output=True, text=True,
                                 check=False, env={**os.environ, "PYTHONPATH": path})
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout.splitlines()

    def judge(self, lines):
        self.assertEqual(lines, [f"{comeback.constants.DISP_E_EXCEPTION} True", str(0x800401F3 - (1 << 32)),
                                 "True True 1970"])

    def test_a_script_as_it_is_with_the_shim_in_the_path(self):
        package = Path(comeback.__file__).parent
        self.judge(self.run_script(SCRIPT, f"{package.parent}:{package / 'shim'}"))

    def test_a_script_that_asks_for_the_shim(self):
        package = Path(comeback.__file__).parent
        self.judge(self.run_script("import comeback\ncomeback.install_shim()\n" + SCRIPT, str(package.parent)))

    def test_nothing_is_in_the_way_unasked(self):
        package = Path(comeback.__file__).parent
        lines = self.run_script("import comeback, importlib.util\nprint(importlib.util.find_spec('pythoncom'))",
                                str(package.parent))
        self.assertEqual(lines, ["None"])


if __name__ == "__main__":
    unittest.main()
