#!/usr/bin/python3
"""Programs without symbols, without frame pointers, inlined."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main


class StrippedAndOptimized(DebugTest):
    def test_stripped(self):
        gdb = self.gdb_on("stripped", "set breakpoint pending on", "break alarm", "continue", "backtrace", "finish",
                          "x/2i $pc", "stepi", "info symbol $pc", "info registers rip", "kill")
        self.assertIn("alarm", gdb.of("backtrace"))
        self.assertRegex(gdb.of("finish"), r"0x[0-9a-f]+ in \?\? \(\)")
        self.assertIn("No symbol matches", gdb.of("info symbol $pc"))
        self.assertRegex(gdb.of("info registers rip"), r"rip +0x[0-9a-f]+")

    def test_stripped_without_any_file(self):
        server = self.launch("stripped")
        gdb = self.gdb(server, "info files", "x/i $pc", "stepi", "stepi", "info proc", "kill")
        self.assertIn("Entry point", gdb.of("info files"))
        self.assertRegex(gdb.of("info proc"), r"exe = '.*/stripped'")

    def test_optimized(self):
        gdb = self.gdb_on("optimized", "break hash", "continue", "info args", "finish", "print hashes", "next", "next",
                          "watch hashes", "delete 1", "continue", "backtrace", "kill")
        self.assertIn("rounds = 100", gdb.of("info args"))
        self.assertRegex(gdb.of("finish"), r"Value returned is \$1 = \d+")
        self.assert_in_order(gdb.of("continue", 1), "Old value = ", "New value = ")
        self.assertIn("main ()", gdb.of("backtrace"))


if __name__ == "__main__":
    main()
