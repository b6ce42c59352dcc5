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

    def runs(self, script):
        """A script with the usual imports, which asserts for itself."""
        head = ("import sys\nimport pythoncom, pywintypes, winerror\nimport win32com.client\n"
                "from win32com import storagecon\nPROGID = 'IMAPI2FS.MsftFileSystemImage'\n")
        package = Path(comeback.__file__).parent
        return self.run_script(head + script, f"{package.parent}:{package / 'shim'}")

    def test_a_stream_is_asked_for_and_read(self):
        self.runs("""
image = win32com.client.Dispatch(PROGID)
image.Root.AddTree(sys.argv[1], False)
result = image.CreateResultImage()
stream = result.ImageStream.QueryInterface(pythoncom.IID_IStream)
assert stream.Stat()[2] == result.TotalBlocks * result.BlockSize
assert stream.Stat(storagecon.STATFLAG_NONAME)[1] == storagecon.STGTY_STREAM
size = 0
while True:
    data = stream.Read(65536)
    if not data:
        break
    size += len(data)
assert size == stream.Stat()[2]
assert stream.Seek(16 * 2048, storagecon.STREAM_SEEK_SET) == 16 * 2048
assert stream.Read(6) == b"\\x01CD001"
other = pythoncom.CreateStreamOnHGlobal()
stream.Seek(0, 0)
assert stream.CopyTo(other, 5000) == 5000
assert other.Stat()[2] == 5000 and other.Clone().Seek(0, 2) == 5000
assert other.Write(b"xyz") == 3
other.SetSize(10)
assert other.Stat()[2] == 10
image = win32com.client.Dispatch(PROGID)
image.Root.AddFile("copy", other)
assert image.Root.Item("copy").DataSize == 10
try:
    result.ImageStream.QueryInterface(pythoncom.IID_IEnumVARIANT)
except pythoncom.com_error as error:
    assert error.hresult == winerror.E_NOINTERFACE and winerror.FAILED(error.hresult)
else:
    raise AssertionError
""")

    def test_the_object_below(self):
        self.runs("""
image = win32com.client.Dispatch(PROGID)
image._FlagAsMethod("CreateResultImage")
below = image._oleobj_
dispid = below.GetIDsOfNames("VolumeName")
assert below.GetIDsOfNames(0, "VolumeName") == dispid
below.Invoke(dispid, 0, pythoncom.DISPATCH_PROPERTYPUT, 0, "BELOW")
assert below.Invoke(dispid, 0, pythoncom.DISPATCH_PROPERTYGET, True) == image.VolumeName == "BELOW"
assert below.InvokeTypes(dispid, 0, 2, (8, 0), ()) == "BELOW"
assert below.GetTypeInfoCount() == 1
again = win32com.client.Dispatch(below.QueryInterface(pythoncom.IID_IDispatch))
assert again == image and below == again._oleobj_ and hash(below) == hash(again._oleobj_)
assert win32com.client.dynamic.Dispatch(PROGID) != image if hasattr(win32com.client, "dynamic") else True
""")

    def test_objects_are_made_in_every_way(self):
        self.runs("""
from win32com.client import dynamic, gencache
iid = pythoncom.IID(PROGID)
assert iid == pywintypes.IID(str(iid).lower()) and repr(iid).startswith("IID('{")
unknown = pythoncom.CoCreateInstance(iid, None, pythoncom.CLSCTX_INPROC_SERVER, pythoncom.IID_IUnknown)
made = [win32com.client.Dispatch(unknown.QueryInterface(pythoncom.IID_IDispatch)),
        win32com.client.Dispatch(pythoncom.CoCreateInstance(PROGID, None, pythoncom.CLSCTX_ALL, pythoncom.IID_IDispatch)),
        win32com.client.Dispatch(str(iid)), win32com.client.DispatchEx(PROGID), win32com.client.GetObject("new:" + PROGID),
        dynamic.Dispatch(PROGID), gencache.EnsureDispatch(PROGID)]
for image in made:
    assert isinstance(image, win32com.client.CDispatch)
    image.VolumeName = "X"
gencache.EnsureModule("{2C941FD0-975B-59BE-A960-9A2A262853A5}", 0, 1, 0)
for wrong in (lambda: win32com.client.GetObject(Class=PROGID), lambda: win32com.client.GetActiveObject(PROGID)):
    try:
        wrong()
    except pywintypes.com_error as error:
        assert error.hresult & 0xFFFFFFFF == 0x800401E3
    else:
        raise AssertionError
try:
    win32com.client.GetObject("c:\\\\x.doc")
except pywintypes.com_error as error:
    assert error.args[0] & 0xFFFFFFFF == 0x800401E4
""")

    def test_errors_are_taken_apart_as_pywin32s(self):
        lines = self.runs("""
def message(exc):
    hresult, message, exc_info, _ = exc.args
    detail = (exc_info[2].strip() if exc_info and exc_info[2] else None) or message
    return f"{detail} ({hex(hresult & 0xFFFFFFFF)})"
image = win32com.client.Dispatch(PROGID)
try:
    image.Root.AddTree("/no/such/folder", False)
except pythoncom.com_error as error:
    print(message(error), error.excepinfo[5] == error.args[2][5], error.argerror)
try:
    win32com.client.Dispatch("No.Such")
except pywintypes.error as error:
    print(error.strerror, error.excepinfo)
assert getattr(image, "Nothing", "default") == "default"
""")
        self.assertIn("/no/such/folder", lines[0])
        self.assertTrue(lines[0].endswith("(0x80020009) True None"), lines)
        self.assertIn("No.Such", lines[1])

    def test_values_with_a_type(self):
        self.runs("""
from win32com.client import VARIANT
image = win32com.client.Dispatch(PROGID)
image.SessionStartBlock = VARIANT(pythoncom.VT_BYREF | pythoncom.VT_I4, 77)
assert image.SessionStartBlock == 77
assert pythoncom.Missing is not pythoncom.Empty
""")

    def test_threads_hand_objects_over(self):
        self.runs("""
import threading
image = win32com.client.Dispatch(PROGID)
handed = pythoncom.CoMarshalInterThreadInterfaceInStream(pythoncom.IID_IDispatch, image._oleobj_)
seen = []
def work():
    pythoncom.CoInitializeEx(pythoncom.COINIT_APARTMENTTHREADED)
    mine = win32com.client.Dispatch(pythoncom.CoGetInterfaceAndReleaseStream(handed, pythoncom.IID_IDispatch))
    mine.VolumeName = "THREAD"
    pythoncom.CoUninitialize()
thread = threading.Thread(target=work)
thread.start()
thread.join()
assert image.VolumeName == "THREAD"
""")

    def test_events_in_both_ways(self):
        lines = self.runs("""
class Events:
    def OnUpdate(self, source, file, copied, total):
        print(win32com.client.Dispatch(source).VolumeName, type(file).__name__)
for number, make in enumerate((lambda: win32com.client.DispatchWithEvents(PROGID, Events),
                               lambda: win32com.client.Dispatch(PROGID))):
    image = make()
    image.VolumeName = "N" + str(number)
    kept = win32com.client.WithEvents(image, Events) if number else image
    image.Root.AddTree(sys.argv[1], False)
    pythoncom.PumpWaitingMessages()
    kept.close()
""")
        self.assertIn("N0 str", lines)
        self.assertIn("N1 str", lines)

    def test_nothing_is_in_the_way_unasked(self):
        package = Path(comeback.__file__).parent
        lines = self.run_script("import comeback, importlib.util\nprint(importlib.util.find_spec('pythoncom'))",
                                str(package.parent))
        self.assertEqual(lines, ["None"])


if __name__ == "__main__":
    unittest.main()
