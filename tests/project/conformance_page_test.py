# SPDX-License-Identifier: Apache-2.0
"""The page of verdicts: what is written is read again, and a verdict that it does not tell is found."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools/conformance"))
import page  # noqa: E402

CELLS = {
    ("Joliet", "7z"): ("passed", set()),
    ("UDF 2.01 vat", "7z"): ("beyond", {"Opens no VAT volumes."}),
    ("UDF 2.01 vat", "isovfy"): ("passed", {"Structures only.", "No contents."}),
    ("UDF 2.01 plain", "isovfy"): ("failed", set()),
}


class conformance_page(unittest.TestCase):
    def test_what_is_written_is_read_again(self):
        self.assertEqual(page.parse(page.page(CELLS)), CELLS)

    def test_the_worst_of_several_verdicts_counts(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, verdict, reason in (("a", "failed", ""), ("b", "passed", "x"), ("c", "beyond", "y")):
                (pathlib.Path(folder) / name).write_text(f"7z\nJoliet\n{verdict}\n{reason}\n")
            self.assertEqual(page.read(folder), {("Joliet", "7z"): ("failed", {"x", "y"})})

    def test_other_verdicts_reasons_and_kinds_are_stale(self):
        for key, cell in ((("Joliet", "7z"), ("failed", set())), (("Joliet", "7z"), ("passed", {"new"})),
                          (("new", "7z"), ("passed", set()))):
            self.assertEqual(len(list(page.stale({key: cell}, CELLS))), 1, key)

    def test_tests_that_did_not_run_say_nothing(self):
        self.assertEqual(list(page.stale({}, CELLS)), [])


if __name__ == "__main__":
    unittest.main()
