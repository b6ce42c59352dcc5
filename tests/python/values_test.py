#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Values that carry their type, dates, constants and stubs."""
import ast
import os
import re
import unittest
from datetime import datetime, timedelta
from pathlib import Path

import comeback
from comeback import _values, constants

SOURCE = Path(os.environ["COMEBACK_SOURCE"])
PACKAGE = Path(comeback.__file__).parent


class Dates(unittest.TestCase):
    def test_dates_go_there_and_back(self):
        for days in (0.0, 1.25, -1.25, -0.75, 2.0, 36526.5, -657434.0, 2958465.75):
            self.assertEqual(_values.to_date(_values.from_date(days)), days if days <= -1 or days >= 0 else -days)
        self.assertEqual(_values.from_date(-1.25), datetime(1899, 12, 29, 6))
        self.assertEqual(_values.from_date(36526.5), datetime(2000, 1, 1, 12))

    def test_milliseconds_are_kept(self):
        when = datetime(2024, 2, 29, 23, 59, 59, 999000)
        self.assertEqual(_values.from_date(_values.to_date(when)), when)
        self.assertEqual(_values.from_date(_values.to_date(when + timedelta(milliseconds=1))), datetime(2024, 3, 1))


class Typed(unittest.TestCase):
    def setUp(self):
        self.image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")

    def test_a_value_of_a_stated_type(self):
        for vartype in (2, 3, 5, 8, 16, 17, 18, 19, 20, 21):
            self.image.FreeMediaBlocks = comeback.VARIANT(vartype, 100)
            self.assertEqual(self.image.FreeMediaBlocks, 100)

    def test_a_value_by_reference(self):
        self.image.FreeMediaBlocks = comeback.VARIANT(0x4000 | 3, 77)
        self.assertEqual(self.image.FreeMediaBlocks, 77)

    def test_a_list_that_holds_itself_is_refused(self):
        endless = []
        endless += [endless, 1]
        self.assertRaises(RecursionError, setattr, self.image, "VolumeName", endless)

    def test_arrays_of_every_shape_are_made(self):
        for value in ([], [1, "x", None, 2.5, True], [[1, 2], [3, 4]], [[1], [2, 3]], ((), ()), [b"a"]):
            with self.subTest(value=value), self.assertRaises(comeback.com_error) as caught:
                self.image.VolumeName = value
            self.assertEqual(caught.exception.name, "DISP_E_TYPEMISMATCH")

    def test_bytes_are_an_array_of_bytes(self):
        self.image.VolumeName = "N".encode("utf-32-le")  # an array of bytes coerces to the string with these bytes
        self.assertEqual(self.image.VolumeName, "N")


class Made(unittest.TestCase):
    def test_constants_are_those_of_the_idl(self):
        self.assertEqual(constants.FsiFileSystemISO9660, 1)
        self.assertEqual(constants.vmVMState_Running, 5)
        self.assertEqual(constants.name_of_hresult(constants.VM_E_VM_UNKNOWN), "VM_E_VM_UNKNOWN")
        self.assertEqual(constants.name_of_hresult(0x12345678), "0x12345678")

    def test_stubs_name_every_interface(self):
        stub = ast.parse((PACKAGE / "interfaces.pyi").read_text(encoding="utf-8"))
        classes = {node.name for node in stub.body if isinstance(node, ast.ClassDef)}
        idl = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "idl").glob("*.idl"))
        self.assertEqual(classes, set(re.findall(r"^(?:interface|dispinterface) (\w+)\s*(?::|$)", idl, re.M)))

    def test_the_package_has_what_its_stub_says(self):
        stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
        for node in stub.body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                self.assertTrue(hasattr(comeback, node.name), node.name)

    def test_stubs_name_the_members_that_objects_have(self):
        image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
        stub = ast.parse((PACKAGE / "interfaces.pyi").read_text(encoding="utf-8"))
        classes = {node.name: node for node in stub.body if isinstance(node, ast.ClassDef)}
        for name in ("IFileSystemImage", "IFileSystemImage2", "IFileSystemImage3"):
            members = {f.name for f in classes[name].body if isinstance(f, ast.FunctionDef)}
            self.assertLessEqual(members, set(dir(image)))


if __name__ == "__main__":
    unittest.main()
