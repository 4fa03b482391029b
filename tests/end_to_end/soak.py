#!/usr/bin/python3
"""Threads, processes and attaching, again and again: nothing is lost, disturbed or left, and the server does not grow.

A few seconds as it is; with SOAK=full in the environment the full size: 100,000 threads and 10,000 processes in each
way of running over a breakpoint, and 1,000 attaches.
"""

import faulthandler
import os
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import elf
import processes
from debug_test import DebugTest, main
from processes import patched_text, state_of, status_field, threads_of, tracer_of, wait_until
from servers import Server, inferior_path

FULL = os.environ.get("SOAK") == "full"
THREADS, THREADS_A_RUN = (100_000, 10_000) if FULL else (800, 400)
FORKS, FORKS_A_RUN = (10_000, 1_000) if FULL else (60, 30)
ATTACHES, ATTACHES_A_SERVER = (1_000, 500) if FULL else (20, 10)

NEVER = ";X3,220027"  # const8 0, end
FEATURES = "multiprocess+;swbreak+;hwbreak+;vContSupported+;xmlRegisters=i386"
BIRTH_EVENTS = ";fork-events+;vfork-events+;exec-events+"
LONGEST_ANSWER = 60


def growth_of(server):
    """Open descriptors and resident kilobytes."""
    return len(os.listdir(f"/proc/{server.pid}/fd")), int(status_field(server.pid, "VmRSS").split()[0])


class Soak(DebugTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if FULL:
            faulthandler.cancel_dump_traceback_later()

    def assert_no_growth(self, before, after, kilobytes):
        self.assertEqual(after[0], before[0], "open descriptors")
        self.assertLessEqual(after[1] - before[1], kilobytes, "resident kilobytes")

    def assert_ended(self, client, pid, reply):
        self.assertRegex(reply, f"^W00;process:{pid:x}$")


def address(program, name):
    return elf.read(inferior_path(program)).symbol(name).address


class ThreadsComeAndGo(Soak):
    """Each thread of churns_threads runs over a breakpoint once and ends."""

    def begin(self, server, condition, non_stop):
        client = server.connect()
        client.negotiate(FEATURES)
        if non_stop:
            self.assertEqual(client.ask("QNonStop:1"), "OK")
            self.assertRegex(client.ask("?"), "^T")
            self.assertEqual(client.ask("vStopped"), "OK")
        self.assertEqual(client.ask(f"Z0,{address('churns_threads', 'newborn'):x},1{condition}"), "OK")
        return client

    def run_in_all_stop(self, server, condition):
        client, hits = self.begin(server, condition, non_stop=False), 0
        reply = client.ask("vCont;c", LONGEST_ANSWER)
        while re.match("T05.*swbreak", reply):
            hits += 1
            reply = client.ask("vCont;c", LONGEST_ANSWER)
        self.assert_ended(client, server.inferior, reply)
        return hits

    def run_in_non_stop(self, server, condition):
        client, hits = self.begin(server, condition, non_stop=True), 0
        self.assertEqual(client.ask(f"vCont;c:p{server.inferior:x}.-1"), "OK")
        while True:
            stop = client.receive_notification(LONGEST_ANSWER).removeprefix("Stop:")
            stopped = []
            while stop != "OK":
                if stop.startswith("W"):
                    self.assert_ended(client, server.inferior, stop)
                    self.assertEqual(client.ask("vStopped"), "OK")
                    return hits
                stopped.append(re.match(r"T05.*swbreak.*thread:(p[0-9a-f.]+);", stop)[1])
                stop = client.ask("vStopped")
            hits += len(stopped)
            for thread in stopped:
                self.assertEqual(client.ask(f"vCont;c:{thread}"), "OK")

    def in_runs(self, run, condition, hits_each):
        for _ in range(THREADS // THREADS_A_RUN):
            server = Server.launching("churns_threads", THREADS_A_RUN, options=("--once",))
            self.assertEqual(run(server, condition), hits_each)
            server.wait_for(f"threads made {THREADS_A_RUN}")
            self.assertEqual(server.wait_for_exit(), 0)

    def test_all_stop(self):
        self.in_runs(self.run_in_all_stop, "", THREADS_A_RUN)

    def test_all_stop_and_a_false_condition(self):
        self.in_runs(self.run_in_all_stop, NEVER, 0)

    def test_non_stop(self):
        self.in_runs(self.run_in_non_stop, "", THREADS_A_RUN)

    def test_non_stop_and_a_false_condition(self):
        self.in_runs(self.run_in_non_stop, NEVER, 0)

    def test_the_server_does_not_grow(self):
        churning = self.inferior("churns_threads")
        newborn = processes.address_of(churning.pid, churning.path, "newborn")
        server = Server.attached_to(churning.pid)
        client = server.connect()
        client.negotiate(FEATURES)
        self.assertRegex(client.ask("?"), "^T")
        self.assertEqual(client.ask(f"Z0,{newborn:x},1"), "OK")

        def hits(count):
            for _ in range(count):
                self.assertRegex(client.ask("vCont;c", LONGEST_ANSWER), "^T05.*swbreak")
            return growth_of(server)

        warm = hits(THREADS_A_RUN // 10)
        self.assert_no_growth(warm, hits(THREADS_A_RUN // 2), kilobytes=512)
        self.assertEqual(client.ask("D"), "OK")
        self.assert_runs_untouched(churning, "threads_made")


class ProcessesComeAndGo(Soak):
    """The parent and each child pass shared_path(), the parent with a breakpoint there, the children freed of it."""

    def begin(self, server, features, condition):
        client = server.connect()
        client.negotiate(features)
        self.assertEqual(client.ask("QPassSignals:14"), "OK")  # SIGCHLD
        self.assertEqual(client.ask(f"Z0,{address('forks', 'shared_path'):x},1{condition}"), "OK")
        return client

    def run_to_the_end(self, server, features=FEATURES, condition=""):
        """Lets go of each child that is announced; returns how often what was reported."""
        client = self.begin(server, features, condition)
        seen = {"swbreak": 0, "fork": 0, "vfork": 0, "vforkdone": 0}
        while True:
            reply = client.ask("vCont;c", LONGEST_ANSWER)
            if reply.startswith("W"):
                self.assert_ended(client, server.inferior, reply)
                return seen
            what = re.match(r"T05(?:.*?;)?(swbreak|fork|vfork|vforkdone):([^;]*);", reply)
            self.assertTrue(what, reply)
            seen[what[1]] += 1
            if what[1] in ("fork", "vfork"):
                child = re.match(r"p([0-9a-f]+)\.", what[2])[1]
                self.assertEqual(client.ask(f"D;{child}"), "OK")

    def in_runs(self, how, features, condition, expected):
        for _ in range(FORKS // FORKS_A_RUN):
            server = Server.launching("forks", how, FORKS_A_RUN, options=("--once",))
            self.assertEqual(self.run_to_the_end(server, features, condition), expected)
            server.wait_for("all children ended well")
            self.assertEqual(server.wait_for_exit(), 0)

    def expect(self, hits=0, **births):
        return {"swbreak": hits, "fork": 0, "vfork": 0, "vforkdone": 0, **births}

    def test_children_that_nobody_asked_for(self):
        for how in ("exec", "spawn"):
            for condition, hits in (("", FORKS_A_RUN), (NEVER, 0)):
                with self.subTest(how=how, condition=condition):
                    self.in_runs(how, FEATURES, condition, self.expect(hits))

    def test_announced_children_let_go(self):
        births = {"exec": {"fork": FORKS_A_RUN}, "spawn": {"vfork": FORKS_A_RUN, "vforkdone": FORKS_A_RUN}}
        for how, expected in births.items():
            for condition, hits in (("", FORKS_A_RUN), (NEVER, 0)):
                with self.subTest(how=how, condition=condition):
                    self.in_runs(how, FEATURES + BIRTH_EVENTS, condition, self.expect(hits, **expected))

    def test_vfork_without_exec(self):
        self.in_runs("vfork", FEATURES, "", self.expect(FORKS_A_RUN))


class AttachAndDetach(Soak):
    """A program of 64 threads that sit in every kind of blocking system call notices nothing."""

    def setUp(self):
        super().setUp()
        self.blocks = self.inferior("blocks")
        self.blocks.wait_for_global("asleep", lambda asleep: asleep == 63)
        wait_until(lambda: self.states() == {"S"}, "sleep of all threads")

    def states(self):
        return {state_of(self.blocks.pid, tid) for tid in threads_of(self.blocks.pid) if tid != self.blocks.pid}

    def assert_undisturbed(self):
        kind = self.blocks.global_value("last_returned").to_bytes(64, "little").rstrip(b"\0").decode()
        self.assertEqual(self.blocks.global_value("signals_seen"), 0, self.blocks.global_value("first_signal"))
        self.assertEqual(self.blocks.global_value("interruptions_seen"), 0, f"EINTR from {kind}")
        self.assertEqual(self.blocks.global_value("calls_returned"), 0, f"{kind} came back")
        self.assertEqual(patched_text(self.blocks.pid), [])

    def test_one_server(self):
        threads = threads_of(self.blocks.pid)
        for _ in range(ATTACHES // ATTACHES_A_SERVER):
            server = Server.multi()
            client = server.connect()
            client.negotiate(FEATURES)
            self.assertEqual(client.ask("!"), "OK")
            for number in range(ATTACHES_A_SERVER):
                self.assertRegex(client.ask(f"vAttach;{self.blocks.pid:x}"), "^T")
                self.assertEqual(client.transfer("threads").count("<thread "), 64)
                self.assertEqual(client.ask(f"D;{self.blocks.pid:x}"), "OK")
                if number % 10 == 9:
                    self.assert_undisturbed()
                if number == ATTACHES_A_SERVER // 2:
                    warm = growth_of(server)
            self.assert_no_growth(warm, growth_of(server), kilobytes=256)
            client.close()
            server.end()
        self.assert_runs_untouched(self.blocks, "beats")
        self.assert_undisturbed()
        self.assertEqual(threads_of(self.blocks.pid), threads)
        wait_until(lambda: self.states() == {"S"}, "sleep of all threads")

    def test_interrupted_and_continued(self):
        server = Server.attached_to(self.blocks.pid)
        client = server.connect()
        client.negotiate(FEATURES)
        self.assertRegex(client.ask("?"), "^T")
        for _ in range(ATTACHES // 4):
            client.send("vCont;c")
            self.blocks.wait_for_progress("beats")
            client.interrupt()
            self.assertRegex(client.receive(), "^T02")
        self.assertEqual(client.ask("D"), "OK")
        self.assert_runs_untouched(self.blocks, "beats")
        self.assert_undisturbed()


if __name__ == "__main__":
    main()
