#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Values that carry their type, dates, constants and stubs."""
import ast
import copy
import os
import pickle
import re
import sys
import unittest
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from pathlib import Path

import comeback
import comeback_probe
from comeback import VARIANT, _values, constants
from comeback._dispatch import Interface, Member

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
            self.image.SessionStartBlock = comeback.VARIANT(vartype, 100)
            self.assertEqual(self.image.SessionStartBlock, 100)

    def test_a_value_by_reference(self):
        self.image.SessionStartBlock = comeback.VARIANT(0x4000 | 3, 77)
        self.assertEqual(self.image.SessionStartBlock, 77)

    def test_a_list_that_holds_itself_is_refused(self):
        endless = []
        endless += [endless, 1]
        self.assertRaises(RecursionError, setattr, self.image, "VolumeName", endless)

    def test_a_value_that_lies_in_itself_or_too_deep_is_refused(self):
        own = VARIANT(VT["VARIANT"])
        own.value = own
        deep, endless = 5, []
        for _ in range(200_000):
            deep = VARIANT(VT["VARIANT"], deep)
        endless.append(endless)
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(10**8)
        try:
            for value in (own, deep, endless, [own]):
                self.assertRaises(RecursionError, setattr, self.image, "VolumeName", value)
        finally:
            sys.setrecursionlimit(before)
            while isinstance(deep, VARIANT):  # else it is freed by recursion
                deep = deep.value

    def test_a_short_list_that_comes_to_much_is_refused(self):
        doubling, tenfold = [1], []
        for _ in range(40):
            doubling = [doubling, [doubling, doubling]]
        tenfold.extend([tenfold] * 9)
        thousands = [[0] * 4096] * 4097
        for value in (doubling, tenfold, thousands):
            with self.assertRaisesRegex(ValueError, "at most 16777216 elements"):
                self.image.VolumeName = value

    def test_arrays_of_every_shape_are_made(self):
        for value in ([], [1, "x", None, 2.5, True], [[1, 2], [3, 4]], [[1], [2, 3]], ((), ()), [b"a"]):
            with self.subTest(value=value), self.assertRaises(comeback.com_error) as caught:
                self.image.VolumeName = value
            self.assertEqual(caught.exception.name, "DISP_E_TYPEMISMATCH")

    def test_bytes_are_an_array_of_bytes(self):
        self.image.VolumeName = "N".encode("utf-32-le")  # an array of bytes coerces to the string with these bytes
        self.assertEqual(self.image.VolumeName, "N")


VT = {name: number for number, name in enumerate(
    "EMPTY NULL I2 I4 R4 R8 CY DATE BSTR DISPATCH ERROR BOOL VARIANT UNKNOWN DECIMAL - I1 UI1 UI2 UI4 I8 UI8 INT UINT"
    .split())}
BYREF, ARRAY = 0x4000, 0x2000
INTEGERS = {"I1": (-128, 127), "UI1": (0, 255), "I2": (-32768, 32767), "UI2": (0, 65535), "I4": (-2**31, 2**31 - 1),
            "UI4": (0, 2**32 - 1), "I8": (-2**63, 2**63 - 1), "UI8": (0, 2**64 - 1), "INT": (-2**31, 2**31 - 1),
            "UINT": (0, 2**32 - 1)}


class Level(IntEnum):
    HIGH = 3


class ProbeTest(unittest.TestCase):
    """Values as COM gets them, and as they come back."""

    def setUp(self):
        self.probe = comeback.Object(comeback_probe.make())

    def goes(self, value, vartype, back=None):
        with self.subTest(value=value):
            self.assertEqual(self.probe.type(value), vartype)
            returned = self.probe.echo(value)
            self.assertEqual(returned, value if back is None else back)
            return returned

    def refuses(self, name, value, vartype):
        with self.subTest(value=value, vartype=vartype), self.assertRaises(comeback.com_error) as caught:
            self.probe.echo(VARIANT(vartype, value))
        self.assertEqual(caught.exception.name, name)


class Values(ProbeTest):
    def test_an_integer_takes_the_first_type_that_holds_it(self):
        for number in (0, -1, 2**31 - 1, -2**31):
            self.goes(number, VT["I4"])
        for number in (2**31, -2**31 - 1, 2**63 - 1, -2**63):
            self.goes(number, VT["I8"])
        for number in (2**63, 2**64 - 1):
            self.goes(number, VT["UI8"])
        self.goes(Level.HIGH, VT["I4"], 3)
        for number in (2**64, -2**63 - 1, 10**40):
            self.assertRaises(OverflowError, self.probe.echo, number)

    def test_every_integer_type_holds_its_range_and_refuses_more(self):
        for name, (least, most) in INTEGERS.items():
            for number in (least, most):
                self.assertEqual(self.probe.type(VARIANT(VT[name], number)), VT[name])
                self.assertEqual(self.probe.echo(VARIANT(VT[name], number)), number)
            for number in (least - 1, most + 1):
                if -2**63 <= number < 2**64:
                    self.refuses("DISP_E_OVERFLOW", number, VT[name])

    def test_floats_are_doubles(self):
        for number in (0.0, -2.5, 1e308, float("inf")):
            self.goes(number, VT["R8"])
        self.assertEqual(repr(self.probe.echo(float("nan"))), "nan")
        self.assertEqual(self.probe.echo(VARIANT(VT["R4"], 0.5)), 0.5)
        self.refuses("DISP_E_OVERFLOW", 1e308, VT["R4"])

    def test_booleans_and_nothing(self):
        self.assertIs(self.goes(True, VT["BOOL"]), True)
        self.assertIs(self.probe.echo(False), False)
        self.assertEqual(self.probe.type(None), VT["NULL"])
        self.assertIsNone(self.probe.echo(None))
        self.assertEqual(self.probe.type(comeback.EMPTY), VT["EMPTY"])
        self.assertEqual(self.probe.type(comeback.MISSING), VT["ERROR"])

    def test_text_of_any_characters_comes_back(self):
        for text in ("", "a", "äöü 資料", "\U0001F4BF disc", "one\0two", "\ud83d", "\udcff x", "\U0010FFFF"):
            self.goes(text, VT["BSTR"])

    def test_bytes_of_every_kind_are_an_array_of_bytes(self):
        for data in (b"", b"abc", bytes(range(256))):
            for kind in (bytes, bytearray, memoryview):
                self.goes(kind(data), ARRAY | VT["UI1"], data)
        self.goes(memoryview(b"abcdef")[::2], ARRAY | VT["UI1"], b"ace")

    def test_dates_with_a_zone_are_in_utc_and_days_begin_at_midnight(self):
        when = datetime(2024, 2, 29, 12, 30, 15, 250000)
        self.goes(when, VT["DATE"])
        self.goes(datetime(100, 1, 1), VT["DATE"])
        self.goes(datetime(9999, 12, 31, 23, 59, 59), VT["DATE"])
        self.goes(datetime(1899, 12, 29, 6), VT["DATE"])
        self.goes(when.replace(tzinfo=timezone(timedelta(hours=-5))), VT["DATE"], when + timedelta(hours=5))
        self.goes(date(2024, 2, 29), VT["DATE"], datetime(2024, 2, 29))

    def test_decimals_are_exact(self):
        for text in ("0", "1.25", "-0.0001", "79228162514264337593543950335", "0.0000000000000000000000000001", "1E+10"):
            self.goes(Decimal(text), VT["DECIMAL"])
        self.assertEqual(self.probe.echo(VARIANT(VT["CY"], Decimal("-12.3456"))), Decimal("-12.3456"))
        self.assertEqual(self.probe.type(VARIANT(VT["CY"], "1.5")), VT["CY"])
        self.refuses("DISP_E_OVERFLOW", Decimal(10**20), VT["CY"])
        for text in ("NaN", "Infinity", "1E+30"):
            self.assertRaises(comeback.com_error, self.probe.echo, Decimal(text))

    def test_sequences_are_arrays(self):
        variants = ARRAY | VT["VARIANT"]
        self.goes([], variants, ())
        self.goes([1, "x", None, 2.5, True, b"y", (3, 4)], variants, (1, "x", None, 2.5, True, b"y", (3, 4)))
        self.goes([[1, 2, 3], [4, 5, 6]], variants, ((1, 2, 3), (4, 5, 6)))
        self.goes([[[1], [2]], [[3], [4]]], variants, (((1,), (2,)), ((3,), (4,))))
        self.goes([[1], [2, 3]], variants, ((1,), (2, 3)))
        self.goes((self.probe,), variants)

    def test_arrays_of_a_stated_type(self):
        for name, values in (("I2", (1, -2)), ("R8", (1.5, 2.5)), ("BSTR", ("a", "", "\U0001F4BF")), ("BOOL", (True, False)),
                             ("DATE", (datetime(2024, 1, 1),)), ("DECIMAL", (Decimal("1.5"),)), ("CY", (Decimal("2.5"),)),
                             ("DISPATCH", (self.probe, None)), ("UI8", (2**64 - 1,)), ("VARIANT", (1, "x"))):
            with self.subTest(name=name):
                self.assertEqual(self.probe.type(VARIANT(ARRAY | VT[name], values)), ARRAY | VT[name])
                self.assertEqual(self.probe.echo(VARIANT(ARRAY | VT[name], values)), values)
        self.refuses("DISP_E_OVERFLOW", [1, 70000], ARRAY | VT["I2"])
        self.assertRaises(TypeError, self.probe.echo, VARIANT(ARRAY | VT["I2"], 5))

    def test_objects_stay_the_same_object(self):
        self.goes(self.probe, VT["DISPATCH"])
        self.assertEqual(self.probe.type(VARIANT(VT["DISPATCH"])), VT["DISPATCH"])
        self.assertIsNone(self.probe.echo(VARIANT(VT["DISPATCH"])))
        stream = comeback.Stream.on_bytes(b"abc")
        self.assertEqual(self.probe.type(stream), VT["UNKNOWN"])
        self.assertEqual(self.probe.echo(stream).read(), b"abc")

    def test_errors_are_values_too(self):
        with self.assertRaises(comeback.com_error) as caught:
            self.probe.fail(constants.IMAPI_E_ITEM_NOT_FOUND)
        self.goes(caught.exception, VT["ERROR"], constants.IMAPI_E_ITEM_NOT_FOUND)
        self.assertEqual(self.probe.echo(VARIANT(VT["ERROR"], 0x80004005)), 0x80004005 - 2**32)
        self.refuses("DISP_E_OVERFLOW", 2**32, VT["ERROR"])

    def test_what_a_call_fails_with_has_four_parts(self):
        with self.assertRaises(comeback.com_error) as caught:
            self.probe.fail(constants.E_INVALIDARG)
        self.assertEqual(caught.exception.args[2], (0, "the probe", "It was asked to.", None, 0, constants.E_INVALIDARG))
        self.assertEqual(caught.exception.name, "E_INVALIDARG")

    def test_what_has_no_type_is_refused(self):
        for value in (object(), {1: 2}, {1}, 1j, range(3), [object()]):
            self.assertRaises(TypeError, self.probe.echo, value)

    def test_what_a_value_raises_goes_on(self):
        class Raises:
            def __index__(self):
                raise LookupError("on purpose")

        class Lists(list):
            def __len__(self):
                raise LookupError("on purpose")

        self.assertRaises(LookupError, self.probe.echo, Raises())
        self.assertRaises(LookupError, self.probe.echo, [Raises()])
        self.goes(Lists([1, 2]), ARRAY | VT["VARIANT"], (1, 2))

    def test_a_type_that_is_none_is_refused(self):
        for answer in (5, (), (1,), ("x", 1), (-1, 1), (1 << 40, 1), (None, 1), [3, 1]):
            class Typed:
                def _variant_(self):
                    return answer

            with self.assertRaisesRegex(TypeError, "typed value"):
                self.probe.echo(Typed())
        self.assertRaises(TypeError, self.probe.echo, VARIANT("x", 1))
        self.assertRaises(OverflowError, self.probe.echo, VARIANT(VT["ERROR"], 1 << 70))

    def test_a_list_may_change_while_it_is_handed_over(self):
        class Clears:
            def __index__(self):
                lists.clear()
                return 7

        lists = [[Clears(), 2], [3, 4]]
        self.assertEqual(self.probe.echo(lists)[0][0], 7)

    def test_nothing_is_kept(self):
        living = comeback_probe.living()
        other = comeback.Object(comeback_probe.make())
        self.probe.echo([other, VARIANT(BYREF | VT["VARIANT"], other)])
        self.assertEqual(comeback_probe.living(), living + 1)
        del other
        self.assertEqual(comeback_probe.living(), living)


class Calls(ProbeTest):
    def test_arguments_by_position_by_name_and_left_out(self):
        self.assertEqual(self.probe.arguments(1, 2, 3).split(), ["1", "2", "3"])
        self.assertEqual(self.probe.arguments(1, third=3, second=2).split(), ["1", "2=3", "1=2"])
        self.assertEqual(self.probe.arguments(1, comeback.MISSING, 3).split(), ["1", "-", "3"])
        self.assertEqual(self.probe.arguments().split(), [])
        with self.assertRaises(comeback.com_error) as caught:
            self.probe.arguments(nothing=1)
        self.assertEqual(caught.exception.name, "DISP_E_UNKNOWNNAME")

    def test_a_place_of_the_callers_is_filled(self):
        for name, before, given, after in (("I4", 0, 5, 5), ("R8", 0.0, "2.5", 2.5), ("BSTR", "old", 77, "77"),
                                           ("BOOL", False, 1, True), ("VARIANT", None, (1, "x"), (1, "x"))):
            with self.subTest(name=name):
                place = VARIANT(BYREF | VT[name], before)
                self.probe.fill(given, place)
                self.assertEqual(place.value, after)

    def test_values_that_only_come_out_are_returned(self):
        row = (3, "fill", 1, (("value", 1, VT["VARIANT"]), ("place", 2, BYREF | VT["BSTR"])), 0)
        described = Interface("", "IFill", (row,))
        self.probe._interface.members.update(described.members)
        self.assertEqual(self.probe.fill(42), "42")
        self.assertEqual(str(described.members["fill"]), "fill(value: Any) -> str")

    def test_the_default_member_is_called_and_indexed(self):
        self.assertEqual(self.probe(5), 5)
        self.assertEqual(self.probe["key"], "key")

    def test_an_object_is_not_copied_and_not_made_twice(self):
        self.assertRaises(TypeError, self.probe.__init__, self.probe._com_)
        empty = comeback.Object.__new__(comeback.Object)
        self.assertRaises(AttributeError, getattr, empty, "Name")
        self.assertRaises(AttributeError, getattr, empty, "_interface")
        self.assertRaises(TypeError, copy.copy, self.probe)
        self.assertRaises(TypeError, pickle.dumps, self.probe)

    def test_what_is_read_and_what_is_called_say_so(self):
        member = Member("Size", 1)
        member.add(2, (), VT["I4"])
        self.assertEqual((str(member), member.quick), ("Size: int  # read only", 1))


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
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
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
