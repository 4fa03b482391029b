#!/usr/bin/python3
"""gdb launches a program, breaks, looks around, steps, changes values, calls functions, and sees the exit."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main


class BreakpointsAndStepping(DebugTest):
    def test_backtrace_and_values(self):
        gdb = self.gdb_on("calls_deep", "break inner", "continue", "backtrace", "info args", "next", "print doubled",
                          "frame function outer", "print *at", "print sum", "delete", "continue")
        self.assert_in_order(gdb.of("backtrace"), r"#0 +inner \(value=8\)", r"#1 .* middle \(value=7\)",
                             r"#2 .* outer \(at=", r"#3 .* main \(\)")
        self.assertIn("value = 8", gdb.of("info args"))
        self.assertRegex(gdb.of("print doubled"), r"= \d+")
        self.assertIn('{x = 3, y = 4, label = 0x', gdb.of("print *at"))
        self.assertIn("= 7", gdb.of("print sum"))
        self.assertIn("exited with code 052", gdb.text)

    def test_step_next_finish_up_to_the_exit(self):
        gdb = self.gdb_on("calls_deep", "break outer", "continue", "step", "backtrace 1", "finish", "next", "step",
                          "backtrace", "advance inner", "finish", "continue")
        self.assertRegex(gdb.of("backtrace 1"), r"#0 +add \(left=3, right=4\)")
        self.assertIn("Value returned is $1 = 7", gdb.of("finish"))
        self.assertRegex(gdb.of("backtrace"), r"#0 +middle \(value=7\)")
        self.assertIn("inner (value=8)", gdb.of("advance inner"))
        self.assertIn("Value returned is $2 = 17", gdb.of("finish", nth=1))
        self.assertIn("exited with code 052", gdb.of("continue", nth=1))

    def test_changed_values_are_seen_by_the_program(self):
        gdb = self.gdb_on("calls_deep", "break outer", "continue", "set variable at->x = 30", "print here",
                          "set variable here.label = \"elsewhere\"", "print here.label", "continue")
        self.assertIn("x = 30", gdb.of("print here"))
        self.assertIn('"elsewhere"', gdb.of("print here.label"))
        self.assertIn("exited with code 0140", gdb.text)

    def test_functions_of_the_program_can_be_called(self):
        gdb = self.gdb_on("calls_deep", "break inner", "continue", "print factorial(5)", "call add(40, 2)",
                          "break add", "print add(1, 2)", "backtrace", "finish", "delete", "continue")
        self.assertIn("= 120", gdb.of("print factorial(5)"))
        self.assertIn("= 42", gdb.of("call add(40, 2)"))
        self.assertIn("<function called from gdb>", gdb.of("backtrace"))
        self.assertIn("exited with code 052", gdb.of("continue", nth=1))

    def test_conditions_counts_and_commands(self):
        gdb = self.gdb_on("counts_forever", "break count_once if so_far == 3000", "continue", "print so_far",
                          "condition 1", "ignore 1 9", "continue", "print so_far", "info breakpoints")
        self.assertIn("= 3000", gdb.of("print so_far"))
        self.assertIn("= 3010", gdb.of("print so_far", nth=1))
        self.assertIn("breakpoint already hit", gdb.of("info breakpoints"))

    def test_breakpoint_commands_run_at_each_hit(self):
        gdb = self.gdb_on("calls_deep", "dprintf factorial,\"factorial of %d\\n\", n", "break add", "continue",
                          "continue")
        self.assert_in_order(gdb.text, *(f"factorial of {n}" for n in (4, 3, 2, 1)), "exited with code 052")

    def test_stepping_over_a_loop_and_a_breakpoint_in_it(self):
        gdb = self.gdb_on("loops", "break add_up", "continue", "next", "print sum", "print $_siginfo.si_signo",
                          "up", "print round", "continue", "up", "print round")
        self.assertIn("= 124750", gdb.of("print sum"))
        self.assertIn("= 0", gdb.of("print round"))
        self.assertIn("= 1", gdb.of("print round", nth=1))

    def test_instruction_steps(self):
        gdb = self.gdb_on("loops", "break *add_up", "continue", "stepi", "print $pc - (long)&add_up", "nexti",
                          "print $pc - (long)&add_up", "x/2i $pc")
        self.assertIn("= (void (*)()) 0x1", gdb.of("print $pc - (long)&add_up"))
        self.assertIn("= (void (*)()) 0x4", gdb.of("print $pc - (long)&add_up", nth=1))
        self.assertNotIn("int3", gdb.of("x/2i $pc"))

    def test_position_independent_program(self):
        gdb = self.gdb_on("calls_deep_pie", "break inner", "continue", "backtrace", "info sharedlibrary", "print &here",
                          "delete", "continue")
        self.assert_in_order(gdb.of("backtrace"), r"inner \(value=8\)", r"main \(\)")
        self.assertRegex(gdb.of("info sharedlibrary"), r"Yes .*/libc\.so\.6")
        self.assertIn("exited with code 052", gdb.text)

    def test_static_position_independent_program(self):
        gdb = self.gdb_on("counts_forever_static_pie", "break count_once", "continue", "backtrace")
        self.assert_in_order(gdb.of("backtrace"), r"count_once \(so_far=0\)", r"main \(\)")

    def test_own_trap_of_the_program(self):
        gdb = self.gdb_on("traps_itself", "continue", "print stage", "continue", "print stage", "continue")
        self.assertIn("SIGTRAP", gdb.of("continue"))
        self.assertIn("= 0", gdb.of("print stage"))
        self.assertIn("= 1", gdb.of("print stage", nth=1))
        self.assertIn("exited with code 06", gdb.of("continue", nth=2))


if __name__ == "__main__":
    main()
