#!/usr/bin/python3
"""200 rounds of attach, breakpoint, continue and a lost connection: 32 busy threads go on undisturbed."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import processes
from debug_test import DebugTest, main
from processes import patched_text, state_of, threads_of, tracer_of, wait_until
from servers import Server

ROUNDS = 200


class TwoHundredRounds(DebugTest):
    def setUp(self):
        super().setUp()
        self.busy = self.inferior("busy_threads")
        self.busy.wait_for_global("threads_running", lambda count: count == 32)
        self.work = processes.address_of(self.busy.pid, self.busy.path, "work")

    def lose_a_session(self, client, number, breakpoint_at=None):
        """Drops the connection while the program runs over the breakpoint or is stopped at it, by FIN and by RST."""
        client.negotiate()
        self.assertRegex(client.ask("?"), "^T")
        self.assertEqual(client.ask(f"Z0,{breakpoint_at or self.work:x},1"), "OK")
        self.assertRegex(client.ask("vCont;c"), "^T05.*swbreak")
        if number % 4 < 2:
            client.send("vCont;c")
        client.close() if number % 2 else client.reset()

    def assert_undisturbed(self):
        self.assertEqual(patched_text(self.busy.pid), [])
        self.assertEqual(self.busy.global_value("signals_seen"), 0, f"signal {self.busy.global_value('first_signal')}")
        self.assertEqual(self.busy.global_value("interruptions_seen"), 0)
        states = {state_of(self.busy.pid, tid) for tid in threads_of(self.busy.pid)}
        self.assertFalse(states & {"t", "T", "Z"}, states)

    def test_a_server_for_each_round(self):
        for number in range(ROUNDS):
            server = Server.attached_to(self.busy.pid, options=("--once",))
            self.lose_a_session(server.connect(), number)
            server.wait_for_exit()
            wait_until(lambda: tracer_of(self.busy.pid) == 0, "end of tracing")
            self.assert_undisturbed()
        self.assertEqual(len(threads_of(self.busy.pid)), 32)
        self.busy.wait_for_progress("counters")

    def test_one_server_for_all_rounds(self):
        server = Server.attached_to(self.busy.pid)
        for number in range(ROUNDS // 4):
            self.lose_a_session(server.connect(), number)
            wait_until(lambda: patched_text(self.busy.pid) == [], "lifting of the breakpoint")
        self.busy.wait_for_progress("counters")
        self.assertEqual(self.busy.global_value("signals_seen"), 0)
        self.assertFalse(server.has_exited())

    def test_threads_coming_and_going_meanwhile(self):
        churning = self.inferior("churns_threads")
        newborn = processes.address_of(churning.pid, churning.path, "newborn")
        for number in range(ROUNDS // 4):
            server = Server.attached_to(churning.pid, options=("--once",))
            self.lose_a_session(server.connect(), number, newborn)
            server.wait_for_exit()
            self.assert_runs_untouched(churning, "threads_made")


if __name__ == "__main__":
    main()
