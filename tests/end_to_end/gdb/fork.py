#!/usr/bin/python3
"""fork, vfork and posix_spawn under gdb: no child dies of a breakpoint in its path, both sides can be followed."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main


class Fork(DebugTest):
    def run_fork(self, how, *commands, times=1, program="forks"):
        return self.gdb_on(program, *commands, arguments=(how, times))

    def test_child_runs_free_past_the_breakpoint(self):
        for how in ("fork", "vfork", "spawn"):
            with self.subTest(how):
                gdb = self.run_fork(how, "break shared_path", "continue", "print who", "print children_ended",
                                    "continue")
                self.assertIn('"parent"', gdb.of("print who"))
                self.assertIn("= 1", gdb.of("print children_ended"))
                self.assertIn("exited normally", gdb.text)

    def test_many_children(self):
        for how in ("fork", "vfork"):
            with self.subTest(how):
                gdb = self.run_fork(how, "break shared_path", "ignore 1 10000", "continue", "info breakpoints",
                                    times=20)
                self.assertIn("exited normally", gdb.text)
                self.assertIn("hit 20 times", gdb.of("info breakpoints"))

    def test_following_the_child(self):
        for how in ("fork", "vfork"):
            with self.subTest(how):
                gdb = self.run_fork(how, "set follow-fork-mode child", "break shared_path", "continue", "print who",
                                    "backtrace", "continue")
                self.assertIn('"child"', gdb.of("print who"))
                self.assertIn("main", gdb.of("backtrace"))
                self.assertIn("exited with code 011", gdb.text)

    def test_holding_both(self):
        gdb = self.run_fork("fork", "set detach-on-fork off", "set schedule-multiple on", "break shared_path",
                            "continue", "print who", "info inferiors", "continue", "inferior 1", "continue",
                            "print who", "delete", "continue", program="forks_pie")
        self.assertIn('"child"', gdb.of("print who"))
        self.assertRegex(gdb.of("info inferiors"), r"(?s)1 +process \d+.*2 +process \d+")
        self.assertIn("exited with code 011", gdb.of("continue", 1))
        self.assertIn('"parent"', gdb.of("print who", 1))
        self.assertIn("exited normally", gdb.of("continue", 3))

    def test_catching_forks(self):
        for how in ("fork", "vfork"):
            with self.subTest(how):
                gdb = self.run_fork(how, f"catch {how}", "continue", "continue")
                self.assertIn(f"({how}ed process", gdb.of("continue"))
                self.assertIn("exited normally", gdb.of("continue", 1))

    def test_stepping_over_fork(self):
        for how in ("fork", "vfork"):
            with self.subTest(how):
                gdb = self.run_fork(how, f"break {how}ed", "continue", "next", "next", "delete", "continue")
                self.assertIn("exited normally", gdb.text)

    def test_spawned_child_in_a_position_independent_program(self):
        gdb = self.run_fork("spawn", "break shared_path", "continue", "print who", "delete", "continue",
                            program="forks_pie")
        self.assertIn('"parent"', gdb.of("print who"))
        self.assertIn("exited normally", gdb.text)


if __name__ == "__main__":
    main()
