#!/usr/bin/python3
"""gdb and lldb one after the other, on the same server and the same program: each is spoken to in its own dialect."""

import pathlib
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from debug_test import DebugTest, main
from processes import Program
from servers import inferior_path


class TwoClients(DebugTest):
    def by_gdb(self, server, *commands):
        return self.gdb(server, *commands, "disconnect", program="raises").text

    def by_lldb(self, server, command, awaited):
        """lldb would let the program go when it quits, so it is lost instead."""
        lldb = Program("lldb-19", "--no-lldbinit", "--no-use-colors", inferior_path("raises"), "-o",
                       f"gdb-remote {server.port}", "-o", command, stdin=subprocess.PIPE)
        lldb.wait_for(awaited, timeout=20)
        text = lldb.text
        lldb.end()
        return text

    # SIGUSR1 is gdb's 30 and the kernel's 10, SIGUSR2 31 and 12. Where a client is told the other's number, it names
    # another signal: 30 is SIGPWR to lldb, 10 is SIGBUS to gdb.
    def test_each_hears_of_signals_in_its_own_numbers(self):
        self.require_tool("lldb-19")
        server = self.launch("raises", "10", "12", "10", "12", "10", options=())
        self.assertIn("Program received signal SIGUSR1", self.by_gdb(server, "continue"))
        lldb = self.by_lldb(server, "continue", "stop reason = signal SIGUSR2")
        self.assertIn("stop reason = signal SIGUSR1", lldb)  # where gdb has left it
        self.assertIn("Program received signal SIGUSR1", self.by_gdb(server, "continue"))
        self.by_lldb(server, "continue", "stop reason = signal SIGUSR2")
        self.assertRegex(self.gdb(server, "continue", "continue", program="raises").text,
                         r"(?s)received signal SIGUSR1.*exited with code 05")

    def test_each_sets_its_own_breakpoints_and_reads_registers(self):
        self.require_tool("lldb-19")
        server = self.launch("raises", "10", "12", options=())
        gdb = self.by_gdb(server, "break raise_next", "continue", "print $rdi", "info registers rip")
        self.assertRegex(gdb, r"(?s)Breakpoint 1, raise_next \(number=10\).*= 10.*<raise_next")
        lldb = self.by_lldb(server, "thread backtrace", r"frame #1: .*main")
        self.assertRegex(lldb, r"frame #0: .*raise_next\(number=10\)")
        lldb = self.by_lldb(server, "breakpoint set --name on_signal", "where = raises`on_signal")
        again = self.by_gdb(server, "handle SIGUSR1 nostop noprint", "continue")
        self.assertRegex(again, "received signal SIGUSR2")  # lldb's breakpoint has gone with it


if __name__ == "__main__":
    main()
