#!/usr/bin/python3
"""exec under gdb: by the first thread and by another, into other programs, with breakpoints set again."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main
from servers import inferior_path


class Exec(DebugTest):
    def run_exec(self, who, *commands, into="calls_deep"):
        return self.gdb_on("execs", *commands, arguments=(who, inferior_path(into)))

    def assert_new_program_is_debugged(self, who, into="calls_deep"):
        gdb = self.run_exec(who, "set breakpoint pending on", "break become", "continue", "tbreak inner", "continue",
                            "backtrace", "info threads", "continue", into=into)
        self.assertIn("is executing new program", gdb.of("continue", 1))
        self.assert_in_order(gdb.of("backtrace"), r"inner \(value=8\)", r"main \(\)")
        self.assertIn("exited with code 052", gdb.of("continue", 2))

    def test_by_the_leader(self):
        self.assert_new_program_is_debugged("leader")

    def test_by_another_thread(self):
        self.assert_new_program_is_debugged("thread")

    def test_into_a_position_independent_program(self):
        self.assert_new_program_is_debugged("leader", into="calls_deep_pie")

    def test_catch_exec(self):
        gdb = self.run_exec("thread", "catch exec", "continue", "info threads", "delete", "continue")
        self.assertIn("exec'd", gdb.of("continue"))
        self.assertEqual(gdb.of("info threads").count("Thread"), 1, gdb.text)
        self.assertIn("exited with code 052", gdb.of("continue", 1))

    def test_into_a_program_of_the_system(self):
        gdb = self.gdb_on("execs", "continue", arguments=("leader", "/bin/sh", "-c", "exit 4"))
        self.assertIn("exited with code 04", gdb.text)


if __name__ == "__main__":
    main()
