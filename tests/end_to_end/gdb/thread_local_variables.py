#!/usr/bin/python3
"""Thread-local variables in gdb, of the program and of libraries, with glibc and musl, without libthread_db."""

import os
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main
from servers import inferior_path

NO_STORAGE = "Cannot find thread-local storage"


def musl_program(name):
    return os.path.join(os.path.dirname(inferior_path("exits")), "musl", name)


class ThreadLocalVariables(DebugTest):
    def require_musl(self):
        if not os.path.exists(musl_program("thread_locals")):
            self.skipTest("musl-gcc is not installed")

    def values(self, gdb, command):
        return sorted(re.findall(r"= (\d+)", gdb.of(command)))

    def check_variable_of_the_program(self, name):
        gdb = self.gdb_on(name, "break all_set", "continue", "print own_number", "thread apply all print own_number",
                          "thread 2", "set var own_number = own_number + 0", "print &own_number", "delete", "continue")
        self.assertIn("= 1000", gdb.of("print own_number"))
        self.assertEqual(self.values(gdb, "thread apply all print own_number"), ["1000", "1001", "1002"])
        self.assertRegex(gdb.of("print &own_number"), r"\(int \*\) 0x")
        self.assertIn("exited normally", gdb.text)

    def test_variables_of_programs(self):
        for name in ("thread_locals", "thread_locals_pie", "thread_locals_static", "thread_locals_static_pie"):
            with self.subTest(name):
                self.check_variable_of_the_program(name)

    def test_variables_of_musl_programs(self):
        self.require_musl()
        for name in ("thread_locals", "thread_locals_static"):
            with self.subTest(name):
                self.check_variable_of_the_program(musl_program(name))

    def test_before_the_c_library_has_begun(self):
        gdb = self.gdb_on("thread_locals", "print own_number", "break main", "continue", "print own_number")
        self.assertIn(NO_STORAGE, gdb.of("print own_number"))
        self.assertIn("= 1000", gdb.of("print own_number", 1))

    def opened_libraries(self, program):
        """The variable of a library that one of three threads never touched, and of one in the place of a closed one."""
        program = inferior_path(program)
        return self.gdb_on(program, "break all_set", "break reopened", "continue", "print library_number",
                           "thread apply all -s print library_number", "print errno", "continue",
                           "print library_number", "thread apply all -s print library_number",
                           "thread 2", "print library_number", "delete", "continue",
                           arguments=(os.path.dirname(program),))

    def test_library_opened_by_the_program(self):
        gdb = self.opened_libraries("loads_thread_locals")
        self.assertIn("= 2000", gdb.of("print library_number"))
        self.assertEqual(self.values(gdb, "thread apply all -s print library_number"), ["2000", "2001"])
        self.assertRegex(gdb.of("print errno"), r"= \d+")
        self.assertIn("= 2007", gdb.of("print library_number", 1))
        self.assertEqual(self.values(gdb, "thread apply all -s print library_number"), ["2000", "2001"])
        # Thread 2 still has the block of the closed library in the slot that the new one has got.
        self.assertIn(NO_STORAGE, gdb.of("print library_number", 2))
        self.assertIn("exited normally", gdb.text)

    def test_library_opened_by_a_musl_program(self):
        """musl gives every thread its block when the library is opened, and never unloads a library."""
        self.require_musl()
        gdb = self.opened_libraries(musl_program("loads_thread_locals"))
        self.assertEqual(self.values(gdb, "thread apply all -s print library_number"), ["2000", "2000", "2001"])
        self.assertIn("exited normally", gdb.text)


if __name__ == "__main__":
    main()
