#!/usr/bin/python3
"""gdb attaches to running programs, interrupts, looks, resumes and detaches; the programs notice nothing."""

import pathlib
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import processes
from debug_test import DebugTest, main
from gdb_driver import Session


class AttachInterruptDetach(DebugTest):
    def connected(self, inferior):
        server = self.attach(inferior)
        session = Session(inferior.path)
        session.do(f"target remote {server.remote}")
        return server, session

    def test_interrupt_and_detach(self):
        inferior = self.inferior("counts_forever")
        server, gdb = self.connected(inferior)
        for _ in range(3):
            resumed = gdb.tell("continue")
            inferior.wait_for_progress("counter")
            gdb.interrupt()
            self.assertIn("SIGINT", gdb.finish(resumed))
        self.assertRegex(gdb.do("backtrace"), r"main \(\)")
        self.assertIn("detached", gdb.do("detach"))
        self.assert_runs_untouched(inferior, "counter")
        self.assertEqual(server.wait_for_exit(), 0)

    def test_breakpoints_are_lifted_by_detach(self):
        inferior = self.inferior("counts_forever")
        _, gdb = self.connected(inferior)
        gdb.do("break count_once")
        gdb.do("watch counter")
        self.assertRegex(gdb.do("continue"), r"Breakpoint 1, count_once|watchpoint 2: counter")
        gdb.do("detach")
        self.assert_runs_untouched(inferior, "counter")

    def test_a_call_from_gdb_before_detach(self):
        inferior = self.inferior("counts_forever")
        _, gdb = self.connected(inferior)
        self.assertIn("= 1", gdb.do("print (int)getpid() > 0"))
        gdb.do("detach")
        self.assert_runs_untouched(inferior, "counter")

    def test_leaving_gdb_detaches(self):
        inferior = self.inferior("counts_forever")
        server, gdb = self.connected(inferior)
        gdb.do("break count_once")
        gdb.do("continue")
        gdb.quit()
        self.assert_runs_untouched(inferior, "counter")
        server.wait_for_exit()

    def test_killing_gdb_lets_the_program_run(self):
        inferior = self.inferior("counts_forever")
        server, gdb = self.connected(inferior)
        gdb.do("break count_once if so_far < 0")
        gdb.tell("continue")
        inferior.wait_for_progress("counter")
        gdb.end()
        self.assert_runs_untouched(inferior, "counter")
        server.wait_for_exit()

    def test_sleeping_threads_are_not_woken(self):
        inferior = self.inferior("sleeps")
        inferior.wait_for_global("asleep", lambda count: count == 5)
        _, gdb = self.connected(inferior)
        threads = gdb.do("info threads")
        self.assertEqual(threads.count("sleeps"), 5, threads)
        resumed = gdb.tell("continue")
        processes.wait_until(lambda: processes.state_of(inferior.pid) == "S", "sleep")
        gdb.interrupt()
        self.assertIn("SIGINT", gdb.finish(resumed))
        gdb.do("detach")
        self.assertEqual(inferior.global_value("returned_early"), 0)

    def test_interrupt_does_not_reach_a_program_that_waits_for_it(self):
        inferior = self.inferior("sigwaits_interrupt")
        _, gdb = self.connected(inferior)
        for _ in range(5):
            resumed = gdb.tell("continue")
            inferior.wait_for_progress("rounds")
            gdb.interrupt()
            self.assertIn("SIGINT", gdb.finish(resumed))
        gdb.do("detach")
        self.assert_runs_untouched(inferior, "rounds")
        self.assertEqual(inferior.global_value("interrupts_seen"), 0)

    def test_stopped_program_stays_stopped(self):
        inferior = self.inferior("awaits_signals")
        inferior.wait_for_global("ready", lambda ready: ready == 1)
        inferior.signal(signal.SIGSTOP)
        processes.wait_until(lambda: processes.state_of(inferior.pid) == "T", "group-stop")
        _, gdb = self.connected(inferior)
        self.assertIn("pause", gdb.do("backtrace"))
        gdb.do("detach")
        processes.wait_until(lambda: processes.tracer_of(inferior.pid) == 0, "end of tracing")
        # The kernel wakes it to move from the tracer's stop to the group's; it runs nothing of its own meanwhile.
        processes.wait_until(lambda: processes.state_of(inferior.pid) == "T", "group-stop again")
        self.assertEqual(inferior.global_value("cont_seen"), 0)


if __name__ == "__main__":
    main()
