#!/usr/bin/python3
"""lldb connects by gdb-remote, breaks, looks around, steps, changes and calls, and sees the exit."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, for_each_lldb, main


@for_each_lldb
class BreakpointsAndStepping(DebugTest):
    def test_break_look_and_continue_to_the_exit(self):
        for name in ("calls_deep", "calls_deep_pie"):
            with self.subTest(name):
                text = self.lldb_on(name, "breakpoint set --name inner", "continue", "thread backtrace",
                                    "frame variable", "frame select 2", "frame variable sum", "target variable here",
                                    "breakpoint delete 1", "continue")
                self.assert_in_order(text, "stop reason = breakpoint 1.1", r"inner\(value=8\)", r"middle\(value=7\)",
                                     "outer", "main", r"\(int\) value = 8", r"\(int\) sum = 7", r"x = 3, y = 4|x = 3",
                                     "exited with status = 42")

    def test_steps(self):
        text = self.lldb_on("calls_deep", "breakpoint set --name outer", "continue", "thread step-in",
                            "thread backtrace", "thread step-out", "thread step-over", "thread step-inst",
                            "register read rip", "thread step-inst-over", "breakpoint delete 1", "continue")
        self.assert_in_order(text, "stop reason = step in", r"add\(left=", r"outer\(at=", "stop reason = step out",
                             "stop reason = step over", "stop reason = instruction step into", "rip = 0x",
                             "stop reason = instruction step over", "exited with status = 42")

    def test_conditions_and_counts(self):
        text = self.lldb_on("counts_forever", "breakpoint set --name count_once --condition 'so_far == 50'", "continue",
                            "frame variable so_far", "breakpoint list", "kill")
        self.assertIn("so_far = 50", text)

    def test_memory_and_regions(self):
        text = self.lldb_on("calls_deep", "breakpoint set --name inner", "continue", "memory region &touched", "memory region inner", "memory region $rsp",
                            "memory write &touched 0x2a 0x00 0x00 0x00", "target variable touched",
                            "disassemble --name inner", "memory find -s origin -- here.label here.label+20",
                            "image list", "breakpoint delete 1", "continue")
        self.assert_in_order(text, r"rw- .*calls_deep", r"r-x .*calls_deep", r"\[stack\]", "touched = 42")
        self.assertNotIn("int3", text)
        self.assertRegex(text, r"libc\.so\.6")
        self.assertIn("exited with status = 42", text)

    def test_registers(self):
        text = self.lldb_on("registers", "breakpoint set --name general_loaded", "continue", "register read rax r15",
                            "register write rax 0x1234", "register read rax", "register read --all",
                            "breakpoint set --name group_done", "continue",
                            "memory read --size 8 --count 1 --format x &general_seen")
        self.assert_in_order(text, "rax = 0x1111111111111101", "r15 = 0x111111111111110f", "rax = 0x0000000000001234",
                             "rip = 0x", "mxcsr = 0x00001f80", r": 0x0000000000001234")
        self.assertIn("xmm15 = ", text)


if __name__ == "__main__":
    main()
