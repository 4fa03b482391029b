#!/usr/bin/python3
"""lldb with threads, signals in the kernel's numbers, watchpoints, forks."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, for_each_lldb, main


@for_each_lldb
class ThreadsAndSignals(DebugTest):
    def test_threads(self):
        text = self.lldb_on("meets_breakpoint", "breakpoint set --name meet", "continue", "thread list",
                            "thread backtrace all", "thread step-over", "breakpoint delete 1", "continue",
                            arguments=(4, 20))
        self.assert_in_order(text, "stop reason = breakpoint 1.1", r"thread #1", r"thread #2", "meets_breakpoint.c",
                             "exited with status = 0")

    def test_signals(self):
        text = self.lldb_on("raises", "continue", "continue", "continue", arguments=(10, 12), batch=False)
        self.assert_in_order(text, "stop reason = signal SIGUSR1", "stop reason = signal SIGUSR2",
                             "exited with status = 2")

    def test_passed_and_held_signals(self):
        text = self.lldb_on("raises", "process handle SIGUSR1 --stop false --notify false --pass true", "continue",
                            arguments=(10, 10))
        self.assertIn("exited with status = 2", text)

    def test_fault(self):
        text = self.lldb_on("faults", "continue", "thread backtrace", "continue", batch=False)
        self.assert_in_order(text, "stop reason = signal SIGSEGV", "read_through", "exited with status = 4")

    def test_watchpoints(self):
        text = self.lldb_on("watched", "watchpoint set variable four_bytes", "continue", "watchpoint delete 1",
                            "watchpoint set variable late", "continue", "thread backtrace", "watchpoint list", "kill")
        self.assert_in_order(text, "stop reason = watchpoint 1", "new value: 1", "stop reason = watchpoint 2",
                             "write_late", "born_later")

    def test_child_of_a_fork_survives_the_breakpoint(self):
        for how in ("fork", "vfork"):
            with self.subTest(how):
                text = self.lldb_on("forks", "breakpoint set --name shared_path", "continue", "frame variable who",
                                    "continue", arguments=(how, 1))
                self.assert_in_order(text, 'stop reason = breakpoint 1.1', '"parent"', "exited with status = 0")

    def test_exec(self):
        text = self.lldb_on("execs", "continue", "continue", arguments=("leader", "/bin/sh", "-c", "exit 4"))
        self.assertIn("exited with status = 4", text)


if __name__ == "__main__":
    main()
