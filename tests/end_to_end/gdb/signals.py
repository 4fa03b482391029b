#!/usr/bin/python3
"""Signals under gdb: reported, passed, held back, changed, with their details readable and writable."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main


class Signals(DebugTest):
    def test_stop_and_delivery(self):
        gdb = self.gdb_on("raises", "continue", "continue", "continue", arguments=(10, 12))
        self.assertIn("received signal SIGUSR1", gdb.of("continue"))
        self.assertIn("received signal SIGUSR2", gdb.of("continue", 1))
        self.assertIn("exited with code 02", gdb.of("continue", 2))

    def test_handle_decides(self):
        passed = self.gdb_on("raises", "handle SIGUSR1 SIGUSR2 nostop noprint pass", "continue", arguments=(10, 12, 10))
        self.assertIn("exited with code 03", passed.text)
        held = self.gdb_on("raises", "handle SIGUSR1 nostop noprint nopass", "continue", arguments=(10, 10))
        self.assertIn("exited normally", held.text)

    def test_another_signal_or_none(self):
        gdb = self.gdb_on("raises", "continue", "signal 0", "signal SIGUSR2", arguments=(10, 10))
        self.assertIn("received signal SIGUSR1", gdb.of("signal 0"))
        self.assertIn("exited with code 01", gdb.of("signal SIGUSR2"))

    def test_details_are_read_and_changed(self):
        gdb = self.gdb_on("queues_signal", "continue", "print $_siginfo.si_signo", "print $_siginfo.si_code",
                          "print $_siginfo._sifields._rt.si_sigval.sival_int",
                          "set variable $_siginfo._sifields._rt.si_sigval.sival_int = 9", "continue", arguments=(77,))
        self.assertIn("= 10", gdb.of("print $_siginfo.si_signo"))
        self.assertIn("= -1", gdb.of("print $_siginfo.si_code"))
        self.assertIn("= 77", gdb.of("print $_siginfo._sifields._rt.si_sigval.sival_int"))
        self.assertIn("exited with code 011", gdb.text)

    def test_fault_address(self):
        gdb = self.gdb_on("faults", "continue", "print $_siginfo._sifields._sigfault.si_addr", "backtrace", "continue")
        self.assertIn("SIGSEGV", gdb.of("continue"))
        self.assertIn("0xdead000", gdb.of("print $_siginfo._sifields._sigfault.si_addr"))
        self.assert_in_order(gdb.of("backtrace"), "read_through", "main")
        self.assertIn("exited with code 04", gdb.of("continue", 1))

    def test_fault_that_kills(self):
        gdb = self.gdb_on("faults", "continue", "continue", arguments=("fatal",))
        self.assertIn("terminated with signal SIGSEGV", gdb.of("continue", 1))

    def test_backtrace_through_nested_handlers(self):
        gdb = self.gdb_on("nests_signals", "handle SIGUSR1 SIGUSR2 nostop noprint pass", "break deepest", "continue",
                          "backtrace", "finish", "delete", "continue")
        self.assert_in_order(gdb.of("backtrace"), "deepest", "on_inner", "<signal handler called>", "on_outer",
                             "<signal handler called>", "main")
        self.assertIn("exited with code 03", gdb.text)

    def test_stepping_with_a_signal_arriving(self):
        gdb = self.gdb_on("raises", "break raise_next", "continue", "handle SIGUSR1 nostop noprint pass", "next",
                          "next", "print handled", "delete", "continue", arguments=(10,))
        self.assertIn("= 1", gdb.of("print handled"))
        self.assertIn("exited with code 01", gdb.text)

    def test_breakpoint_in_a_handler_and_step_into_it(self):
        gdb = self.gdb_on("raises", "break on_signal", "continue", "continue", "print number", "stepi", "finish",
                          "delete", "continue", arguments=(12,))
        self.assertIn("= 12", gdb.of("print number"))
        self.assertIn("exited with code 01", gdb.text)

    def test_real_time_signal(self):
        gdb = self.gdb_on("raises", "continue", "continue", arguments=(35,))
        self.assertIn("received signal SIG35", gdb.of("continue"))
        self.assertIn("exited with code 01", gdb.text)

    def test_ignored_signals_end_no_system_call(self):
        passed = self.gdb_on("ignores_signals", "handle SIGCONT SIGUSR1 nostop noprint pass", "continue")
        self.assertIn("exited normally", passed.text)
        told = self.gdb_on("ignores_signals", "handle SIGUSR1 nostop noprint pass", "handle SIGWINCH stop",
                           *["continue"] * 13, arguments=(28,))
        self.assertEqual(told.text.count("received signal"), 12)
        self.assertIn("exited normally", told.text)

    def test_signals_that_are_held_back_end_no_system_call(self):
        gdb = self.gdb_on("ignores_signals", "handle SIGCONT SIGUSR1 nostop noprint pass",
                          "handle SIGUSR2 SIGTSTP nostop noprint nopass", "continue", arguments=(12, 20))
        self.assertIn("exited normally", gdb.text)


if __name__ == "__main__":
    main()
