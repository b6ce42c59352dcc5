#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""readme_test.py SOURCE BUILD: what the README shows is what the project does.

The C++ example is examples/readme_logoff.cpp, letter by letter; the commands are run, line by line, and so is the
Python example, with the real test guest as `lab1`."""
import re
import sys
import unittest
from pathlib import Path

SOURCE, BUILD = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
sys.path.insert(0, str(SOURCE / "tests/guest"))
from test_machine import MachineTest  # noqa: E402

README = (SOURCE / "README.md").read_text(encoding="utf-8")


def block(language):
    return re.search(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)[1]


class ReadmeTest(MachineTest):
    SOURCE, BUILD, DRIVER = SOURCE, BUILD, "readme"

    def test_the_commands_work_and_then_the_program_finds_nobody(self):
        self.works([*self.guest, "up"])
        lines = [line for line in block("sh").splitlines() if line]
        self.assertEqual(len(lines), 14)
        for line in lines:
            self.works(["sh", "-c", line.replace("lab1", "comeback-guest")])
        program = self.work.name + "/program.cpp"
        Path(program).write_text(block("cpp").replace("lab1", "comeback-guest"), encoding="utf-8")
        self.works(["c++", "-std=c++17", f"-I{SOURCE}/include/comeback/com", f"-I{BUILD}/include/comeback/com", program,
                    "-o", "program", f"-L{BUILD}/lib", "-lcomeback-com", f"-Wl,-rpath,{BUILD}/lib"])
        self.log_everyone_in()
        self.works(["./program"])
        self.assert_nobody_is_on()


    def test_the_python_example_logs_everyone_off_and_makes_the_image(self):
        self.log_everyone_in()
        program = ["/usr/bin/env", f"PYTHONPATH={BUILD}/python", "/usr/bin/python3", "-c",
                   block("python").replace("lab1", "comeback-guest")]
        self.assertEqual(self.works(program), "everyone is off\n")
        self.assert_nobody_is_on()
        self.works(["comeback", "disc", "verify", "demo.iso", "--against", "/usr/include/linux"])


class ExampleTest(unittest.TestCase):
    def test_the_example_is_the_one_that_is_built(self):
        example = (SOURCE / "examples/readme_logoff.cpp").read_text(encoding="utf-8")
        self.assertEqual("// SPDX-License-Identifier: Apache-2.0\n" + block("cpp"), example)


unittest.main()
