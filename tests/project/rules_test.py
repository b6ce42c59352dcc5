#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/lint/rules.py finds each kind of broken rule in a small tree made for it."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

RULES = Path(__file__).resolve().parents[2] / "tools" / "lint" / "rules.py"
SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
PAGE = """| Folder | What | May include |
|---|---|---|
| `src/base` | words | |
| `src/cli` | words | base |
"""


class RulesTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        self.write("ARCHITECTURE.md", PAGE)
        self.write("src/base/a.cpp", SPDX)
        self.write("src/base/CMakeLists.txt", "a.cpp")
        self.write("src/cli/b.cpp", SPDX + '#include "base/a.hpp"\n')
        self.write("src/cli/CMakeLists.txt", "b.cpp")
        subprocess.run(["git", "init", "-q", str(self.root)], check=True)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def complaints(self):
        run = subprocess.run([sys.executable, str(RULES)], cwd=self.root, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 1 if run.stderr else 0)
        return run.stderr

    def test_a_tree_that_keeps_the_rules_is_silent(self):
        self.assertEqual(self.complaints(), "")

    def test_an_include_that_points_up(self):
        self.write("src/base/a.cpp", SPDX + '#include "cli/b.hpp"\n')
        self.assertIn("src/base may not include cli/b.hpp", self.complaints())

    def test_rooms_of_a_folder_have_an_order_too(self):
        self.write("ARCHITECTURE.md", PAGE + "| `src/x` | words | base |\n| `src/x/low` | words | base |\n"
                   "| `src/x/high` | words | x/low |\n")
        self.write("src/x/CMakeLists.txt", "low/l.cpp high/h.cpp low/l_test.cpp")
        self.write("src/x/high/h.cpp", SPDX + '#include "x/low/l.hpp"\n')
        self.write("src/x/low/l_test.cpp", SPDX + '#include "x/high/h.hpp"\n')
        self.write("src/x/low/l.cpp", SPDX)
        self.assertEqual(self.complaints(), "")
        self.write("src/x/low/l.cpp", SPDX + '#include "x/high/h.hpp"\n')
        self.assertIn("src/x/low may not include x/high/h.hpp", self.complaints())

    def test_a_room_without_a_row(self):
        self.write("ARCHITECTURE.md", PAGE + "| `src/x` | words | base |\n| `src/x/low` | words | base |\n")
        self.write("src/x/low/l.hpp", SPDX)
        self.write("src/x/new/n.hpp", SPDX)
        self.assertIn("no row for src/x/new", self.complaints())

    def test_a_folder_without_a_row(self):
        self.write("src/new/c.hpp", SPDX)
        self.assertIn("no row for src/new", self.complaints())

    def test_a_row_without_a_folder(self):
        self.write("ARCHITECTURE.md", PAGE + "| `src/gone` | words | |\n")
        self.assertIn("src/gone is not there", self.complaints())

    def test_com_words_below_the_line(self):
        self.write("src/base/a.cpp", SPDX + "using HRESULT = int;\n")
        self.assertIn("HRESULT belongs above the line", self.complaints())

    def test_com_words_in_comments_and_texts_are_welcome(self):
        self.write("src/base/a.cpp", SPDX + '// an HRESULT\nauto x = "HRESULT";\n')
        self.assertEqual(self.complaints(), "")

    def test_libvirt_outside_its_backend(self):
        self.write("src/base/a.cpp", SPDX + "#include <libvirt/libvirt.h>\n")
        self.assertIn("only libvirt_backend includes libvirt", self.complaints())

    def test_a_source_without_licence(self):
        self.write("src/base/a.cpp", "int x;\n")
        self.assertIn("SPDX", self.complaints())

    def test_a_source_that_is_not_listed(self):
        self.write("src/base/z.cpp", SPDX)
        self.assertIn("is not listed", self.complaints())


unittest.main()
