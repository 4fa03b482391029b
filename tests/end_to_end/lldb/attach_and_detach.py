#!/usr/bin/python3
"""lldb attaches, stops, sets breakpoints and detaches; the program goes on untouched."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, for_each_lldb, main

INSIDE = pathlib.Path(__file__).resolve().parents[2] / "support" / "inside_lldb.py"


@for_each_lldb
class AttachAndDetach(DebugTest):
    def test_breakpoint_and_detach(self):
        inferior = self.inferior("counts_forever")
        server = self.attach(inferior)
        text = self.lldb(server, "thread backtrace", "breakpoint set --name count_once",
                         "continue", "thread backtrace", "thread step-over", "process detach",
                         program="counts_forever")
        self.assert_in_order(text, "stop reason = ", "stop reason = breakpoint 1.1", "count_once", "detached")
        self.assert_runs_untouched(inferior, "counter")
        server.wait_for_exit()

    def test_interrupt(self):
        if self.lldb_version == 14:
            self.skipTest("lldb 14 is unpacked without the Python module that this takes")
        inferior = self.inferior("counts_forever")
        server = self.attach(inferior)
        text = self.lldb(server, f"command script import {INSIDE}", "script inside_lldb.continue_and_stop()",
                         "thread backtrace", "process detach",
                         program="counts_forever")
        self.assert_in_order(text, "state True", "main", "detached")
        self.assert_runs_untouched(inferior, "counter")

    def test_busy_threads(self):
        inferior = self.inferior("busy_threads")
        inferior.wait_for_global("threads_running", lambda count: count == 32)
        server = self.attach(inferior)
        text = self.lldb(server, "thread list", "breakpoint set --name work", "continue",
                         "breakpoint delete 1", "process detach",
                         program="busy_threads")
        self.assert_in_order(text, "thread #32", "stop reason = breakpoint 1.1")
        self.assert_runs_untouched(inferior, "counters")
        self.assertEqual(inferior.global_value("signals_seen"), 0)


if __name__ == "__main__":
    main()
