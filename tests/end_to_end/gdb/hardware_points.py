#!/usr/bin/python3
"""Hardware breakpoints and watchpoints: every size and kind, values, conditions, scope, threads born later."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main


class HardwarePoints(DebugTest):
    def test_hardware_breakpoint(self):
        gdb = self.gdb_on("counts_forever", "hbreak count_once", "continue", "print so_far", "continue", "print so_far",
                          "thbreak count_once", "info breakpoints")
        self.assertIn("= 0", gdb.of("print so_far"))
        self.assertIn("= 1", gdb.of("print so_far", 1))
        self.assertIn("already hit 2 times", gdb.of("info breakpoints"))

    def test_watchpoints_of_every_size(self):
        gdb = self.gdb_on("watched", "watch one_byte", "watch two_bytes", "watch four_bytes", "watch eight_bytes",
                          *["continue"] * 4)
        for number, name in enumerate(("one_byte", "two_bytes", "four_bytes", "eight_bytes")):
            self.assert_in_order(gdb.of("continue", number), f"Hardware watchpoint . *: {name}", "Old value = ",
                                 "New value = ")

    def test_read_and_access(self):
        gdb = self.gdb_on("watched", "awatch eight_bytes", "continue", "continue", "continue", "delete",
                          "rwatch four_bytes", "continue", "backtrace")
        self.assert_in_order(gdb.of("continue"), "Hardware access", "Value = 0")
        self.assert_in_order(gdb.of("continue", 1), "Old value = 0", "New value = 1")
        self.assert_in_order(gdb.of("continue", 2), "Value = 1")
        self.assertIn("Hardware read watchpoint 2: four_bytes", gdb.of("continue", 3))

    def test_condition(self):
        gdb = self.gdb_on("watched", "watch four_bytes if four_bytes == 7", "continue", "print rounds")
        self.assertIn("New value = 7", gdb.of("continue"))
        self.assertIn("= 7", gdb.of("print rounds"))

    def test_too_many_are_refused_and_the_rest_works(self):
        gdb = self.gdb_on("watched", *(f"watch row[{n}]" for n in range(0, 10, 2)), "continue", "delete 5", "continue")
        self.assertIn("Could not insert hardware watchpoint", gdb.of("continue"))
        self.assertIn("Hardware watchpoint", gdb.of("continue", 1))

    def test_thread_born_later(self):
        gdb = self.gdb_on("watched", "watch late", "continue", "print $_thread", "backtrace", "continue", "print late")
        self.assert_in_order(gdb.of("continue"), "Old value = 0", "New value = 1")
        self.assertNotIn("= 1\n", gdb.of("print $_thread"))
        self.assert_in_order(gdb.of("backtrace"), "write_late", "born_later")
        self.assertIn("= 2", gdb.of("print late"))

    def test_scope_of_a_local_ends(self):
        gdb = self.gdb_on("calls_deep", "break inner", "continue", "watch doubled", "continue", "continue", "continue")
        self.assertIn("New value = 16", gdb.of("continue", 1))
        self.assertIn("which its expression is valid", gdb.of("continue", 2))
        self.assertIn("exited with code 052", gdb.of("continue", 3))

    def test_together_with_stepping(self):
        gdb = self.gdb_on("watched", "break write_all", "continue", "watch four_bytes", "next", "next", "next", "next")
        self.assertIn("Hardware watchpoint 2: four_bytes", gdb.text)

    def test_software_watchpoint(self):
        gdb = self.gdb_on("calls_deep", "break outer", "continue", "set can-use-hw-watchpoints 0", "watch touched",
                          "continue", timeout=60)
        self.assert_in_order(gdb.of("continue", 1), "Watchpoint 2: touched", "New value = 16")

    def test_watched_by_all_threads(self):
        gdb = self.gdb_on("meets_breakpoint", "watch meetings", *["continue"] * 6, arguments=(3, 0))
        self.assertEqual(gdb.text.count("Hardware watchpoint 1: meetings"), 7, gdb.text)


if __name__ == "__main__":
    main()
