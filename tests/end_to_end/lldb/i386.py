#!/usr/bin/python3
"""lldb with a 32-bit program: it learns the kind from the server, breaks, looks around, steps and writes."""

import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, for_each_lldb, main
from servers import inferior_path


@for_each_lldb
class Test32(DebugTest):
    def setUp(self):
        super().setUp()
        self.require_tool("lldb-19")
        if not os.path.exists(inferior_path("calls_deep_32")):
            self.skipTest("32-bit programs cannot be built here")

    def test_break_look_step_and_write(self):
        for name in ("calls_deep_32", "calls_deep_pie_32"):
            with self.subTest(name):
                text = self.lldb_on(name, "process status --verbose", "target list", "breakpoint set --name inner",
                                    "continue", "thread backtrace", "frame variable", "thread step-over",
                                    "thread step-out", "thread step-inst", "register write eax 0x77",
                                    "register read eax eip", "breakpoint delete 1", "continue")
                self.assert_in_order(text, "arch=i386", "stop reason = breakpoint 1.1", r"inner\(value=8\)",
                                     r"middle\(value=7\)", "main", r"\(int\) value = 8", "stop reason = step over",
                                     "stop reason = step out", r"Return value: \(int\).* = 17",
                                     "stop reason = instruction step into", "eax = 0x00000077", "eip = 0x",
                                     "exited with status")

    def test_the_server_names_the_kind(self):
        server = self.launch("calls_deep_32")
        client = server.connect()
        client.negotiate()
        triple = "i386-pc-linux-gnu".encode().hex()
        self.assertIn(f"triple:{triple};", client.ask("qProcessInfo"))
        self.assertIn("ptrsize:4;", client.ask("qProcessInfo"))
        self.assertIn("ptrsize:8;", client.ask("qHostInfo"))


if __name__ == "__main__":
    main()
