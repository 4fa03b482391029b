#!/usr/bin/python3
"""gdb with many threads: lists, backtraces, breakpoints hit by all, one thread moved alone."""

import os
import pathlib
import re
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
from debug_test import DebugTest, main
from processes import may_use_real_time_priority, threads_of, wait_until
from servers import inferior_path


class Threads(DebugTest):
    def test_every_hit_of_every_thread_is_counted(self):
        gdb = self.gdb_on("meets_breakpoint", "break meet", "ignore 1 1000000", "continue", "info breakpoints",
                          arguments=(8, 25))
        self.assertIn("exited normally", gdb.text)
        self.assertIn("already hit 200 times", gdb.of("info breakpoints"))

    def test_hits_are_reported_in_different_threads(self):
        gdb = self.gdb_on("meets_breakpoint_pie", "break meet", *["continue", "print $_thread"] * 12, "info threads",
                          "thread apply all backtrace", "delete", "continue", arguments=(4, 6))
        stopped = {re.search(r"= (\d+)", gdb.of("print $_thread", nth=n))[1] for n in range(12)}
        self.assertGreater(len(stopped), 1)
        self.assertEqual(len(re.findall(r"^Thread \d+", gdb.of("thread apply all backtrace"), re.MULTILINE)),
                         len(re.findall(r"^[* ] +\d+ +Thread", gdb.of("info threads"), re.MULTILINE)))
        self.assertIn("exited normally", gdb.text)

    def test_thirty_two_busy_threads(self):
        inferior = self.inferior("busy_threads")
        inferior.wait_for_global("threads_running", lambda count: count == 32)
        server = self.attach(inferior)
        gdb = self.gdb(server, "info threads", "thread apply all backtrace 3", "break work thread 7", "continue",
                       "print $_thread", "delete", "detach", program="busy_threads")
        ids = re.findall(r"Thread \d+\.(\d+)", gdb.of("info threads"))
        self.assertEqual(len(set(ids)), 32, gdb.text)
        self.assertGreaterEqual(gdb.of("thread apply all backtrace 3").count("#0 "), 32)
        self.assertIn("= 7", gdb.of("print $_thread"))
        self.assert_runs_untouched(inferior, "counters")
        self.assertEqual(inferior.global_value("signals_seen"), 0)
        self.assertEqual(inferior.global_value("interruptions_seen"), 0)

    @unittest.skipUnless(may_use_real_time_priority(), "needs CAP_SYS_NICE or RLIMIT_RTPRIO")
    def test_server_goes_before_busy_threads_and_only_while_they_run(self):
        busy = self.inferior("busy_threads")
        busy.wait_for_global("threads_running", lambda count: count == 32)
        server = self.attach(busy)
        self.assertEqual(os.sched_getscheduler(server.pid), os.SCHED_OTHER)
        client = server.connect()
        client.negotiate()
        client.send("vCont;c")
        wait_until(lambda: os.sched_getscheduler(server.pid) == os.SCHED_RR | os.SCHED_RESET_ON_FORK, "precedence")
        client.interrupt()
        self.assertRegex(client.receive(), "^T02")
        self.assertEqual(os.sched_getscheduler(server.pid), os.SCHED_OTHER)
        self.assertEqual({os.sched_getscheduler(tid) for tid in threads_of(busy.pid)}, {os.SCHED_OTHER})

    def test_non_stop_attach_stops_one_thread_and_lets_the_others_run(self):
        busy = self.inferior("busy_threads")
        busy.wait_for_global("threads_running", lambda count: count == 32)
        server = self.attach(busy)
        gdb = gdb_driver.run(["set non-stop on", f"target remote {server.remote}", "info threads", "detach"],
                             inferior_path("busy_threads"))
        self.assertEqual(len(re.findall(r"\(running\)", gdb.of("info threads"))), 31, gdb.text)
        self.assert_runs_untouched(busy, "counters")
        self.assertEqual(busy.global_value("signals_seen"), 0)

    def test_scheduler_locking_moves_one_thread_only(self):
        gdb = self.gdb_on("meets_breakpoint", "break meet", "continue", "set scheduler-locking on",
                          "print $_thread", "print meetings", *["continue"] * 4, "print meetings", "print $_thread",
                          arguments=(4, 0))
        before, after = (int(re.search(r"= (\d+)", gdb.of("print meetings", n))[1]) for n in (0, 1))
        self.assertEqual(after - before, 4)
        first, last = (re.search(r"= (\d+)", gdb.of("print $_thread", n))[1] for n in (0, 1))
        self.assertEqual(first, last)

    def test_stepping_stays_in_its_thread(self):
        gdb = self.gdb_on("meets_breakpoint", "break meet", "continue", "print $_thread", "delete",
                          "set scheduler-locking step", "next", "next", "next", "print $_thread", arguments=(6, 0))
        first, last = (re.search(r"= (\d+)", gdb.of("print $_thread", n))[1] for n in (0, 1))
        self.assertEqual(first, last, gdb.text)

    def test_stepping_while_others_hit_the_breakpoint(self):
        gdb = self.gdb_on("meets_breakpoint", "break meet", "continue", *["next"] * 10, "info threads", "delete",
                          "continue", arguments=(4, 50))
        self.assertIn("exited normally", gdb.text)

    def test_threads_that_come_and_go(self):
        gdb = self.gdb_on("churns_threads", "break newborn", "ignore 1 150", "continue", "backtrace", "delete",
                          "continue", arguments=(400,))
        self.assert_in_order(gdb.of("backtrace"), "newborn", "live_shortly")
        self.assertIn("exited normally", gdb.text)

if __name__ == "__main__":
    main()
