#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The type stubs: judged by mypy, and held against idl/ and the objects themselves."""
import ast
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import comeback

SOURCE = Path(os.environ["COMEBACK_SOURCE"])
PACKAGE = Path(comeback.__file__).parent
sys.path.append(str(SOURCE / "tools/idl"))
import parse  # noqa: E402  the project's own reader of idl/

MANY = """
from typing import Any
import io
import comeback
from comeback import constants
from comeback.interfaces import IVMGuestOS, IVMTask, MsftFileSystemImage


class Handler:
    def OnUpdate(self, source: Any, file: str, copied: int, total: int) -> None:
        print(file, copied, total)


def log_off(name: str) -> int:
    machine = comeback.Dispatch("VirtualPC.Application").FindVirtualMachine(name)
    guest: IVMGuestOS = machine.GuestOS
    task: IVMTask = guest.Logoff()
    task.WaitForCompletion(-1)
    print(machine.State == constants.vmVMState_Running, guest.MultipleUserSessionsAllowed, task.ErrorDescription.upper())
    return task.Result + task.PercentCompleted


def image(folder: str) -> bytes:
    made: MsftFileSystemImage = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
    with_events = comeback.connect(made, Handler())
    made.VolumeName, made.FreeMediaBlocks = "NAME", 0
    made.FileSystemsToCreate = constants.FsiFileSystemISO9660 | constants.FsiFileSystemJoliet
    made.Root.AddTree(folder, False)
    made.Root.AddFile("file", comeback.Stream.on_bytes(b"x"))
    result = made.CreateResultImage()
    with_events.close()
    stream: comeback.Stream = result.ImageStream
    print(result.TotalBlocks * result.BlockSize, len(made.Root), [str(item) for item in made.Root])
    try:
        made.Root["nothing"]
    except comeback.com_error as error:
        print(error.name, error.code, error.excepinfo and error.excepinfo[2], error.args)
    return io.BufferedReader(stream).read(10) + stream.read()


zero = comeback.Dispatch("IMAPI2.MsftStreamZero").read(5)
anything = comeback.Dispatch("Some.Class")
anything.Whatever(1, name=2).More = comeback.VARIANT(3, 4)
"""
WRONG = {
    "image.VolumName": "has no attribute",
    "image.VolumeName = 5": "Incompatible types in assignment",
    "image.UsedBlocks = 5": "read-only",
    "image.Root.AddTree('x')": "Missing positional argument",
    "image.Root.AddFile('x', 5)": "has incompatible type",
    "comeback.constants.Nothing": "has no attribute",
}


class Mypy(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.TemporaryDirectory(prefix="comeback-mypy.")
        self.addCleanup(self.work.cleanup)

    def check(self, *files):
        return subprocess.run(["/usr/bin/mypy", "--strict", "--no-error-summary", "--cache-dir", self.work.name, *files],
                              env={**os.environ, "MYPYPATH": str(PACKAGE.parent)}, capture_output=True, text=True, check=False)

    def write(self, name, text):
        path = Path(self.work.name) / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_the_example_and_a_program_of_many_members_are_well_typed(self):
        run = self.check(SOURCE / "examples/demo.py", self.write("many.py", MANY), PACKAGE / "interfaces.pyi",
                         PACKAGE / "__init__.pyi", PACKAGE / "constants.pyi")
        self.assertEqual((run.returncode, run.stdout + run.stderr), (0, ""))

    def test_what_is_wrong_is_found(self):
        head = ["import comeback", "image = comeback.Dispatch('IMAPI2FS.MsftFileSystemImage')"]
        path = self.write("wrong.py", "\n".join([*head, *WRONG]) + "\n")
        found = self.check(path).stdout.splitlines()
        for number, (line, message) in enumerate(WRONG.items(), start=len(head) + 1):
            with self.subTest(line=line):
                here = [text for text in found if f"wrong.py:{number}: error" in text]
                self.assertTrue(any(message in text for text in here), found)


class Complete(unittest.TestCase):
    def setUp(self):
        stub = ast.parse((PACKAGE / "interfaces.pyi").read_text(encoding="utf-8"))
        self.classes = {node.name: node for node in stub.body if isinstance(node, ast.ClassDef)}
        self.aliases = {node.targets[0].id: node.value.id for node in stub.body if isinstance(node, ast.Assign)}
        self.units = [parse.read(path) for path in sorted((SOURCE / "idl").glob("*.idl"))]

    def test_every_member_of_every_interface_has_a_stub(self):
        count = 0
        for unit in self.units:
            for interface in unit.of(parse.Interface):
                stubs = {node.name for node in self.classes[interface.name].body if isinstance(node, ast.FunctionDef)}
                for member in interface.members:
                    self.assertIn(member.name, stubs, interface.name)
                    count += 1
        self.assertGreater(count, 500)

    def test_every_class_has_a_stub(self):
        for unit in self.units:
            for coclass in unit.of(parse.Coclass):
                self.assertIn(coclass.name, self.aliases)
                first = coclass.interfaces[0]
                self.assertEqual(self.aliases[coclass.name], "_Stream" if first == "IStream" else first)

    def test_every_class_that_is_made_by_name_is_typed(self):
        text = (PACKAGE / "__init__.pyi").read_text(encoding="utf-8")
        for unit in self.units:
            for coclass in unit.of(parse.Coclass):
                if coclass.progid:
                    self.assertIn(f'Literal["{coclass.progid}"]) -> interfaces.{coclass.name}:', text)

    def test_stubs_and_objects_agree_on_arguments(self):
        image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
        for name in ("Exists", "CreateFileItem", "SetMaxMediaBlocksFromDevice"):
            node = next(n for c in self.classes.values() for n in c.body if isinstance(n, ast.FunctionDef) and n.name == name)
            arguments = [argument.arg for argument in node.args.args[1:]]
            self.assertEqual(arguments, [p[0] for p in image._interface.members[name.lower()].parameters])

    def test_the_package_says_that_it_is_typed(self):
        self.assertTrue((PACKAGE / "py.typed").exists())


class Help(unittest.TestCase):
    def test_an_object_tells_what_it_is(self):
        image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
        self.assertEqual(type(image).__name__, "IFileSystemImage3")
        self.assertRegex(repr(image), r"^<comeback IFileSystemImage3 at 0x[0-9a-f]+: \d+ members>$")
        self.assertIn("Exists(fullPath: str) -> int", type(image).__doc__)
        self.assertIn("UsedBlocks: int  # read only", type(image).__doc__)
        self.assertIn("AddTree(sourceDirectory: str, includeBaseDirectory: bool) -> None", image.Root.AddTree.__doc__)
        self.assertIn("<AddTree(", repr(image.Root.AddTree))
        self.assertEqual(image.Root.AddTree.__name__, "AddTree")


if __name__ == "__main__":
    unittest.main()
