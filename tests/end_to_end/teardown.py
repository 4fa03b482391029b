#!/usr/bin/python3
"""Every way a session can end, for launched and for attached programs, running over a breakpoint and stopped at one."""

import contextlib
import pathlib
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import elf
import processes
from debug_test import DebugTest, main
from processes import patched_text, state_of, tracer_of, wait_until
from servers import Server, StdioServer, inferior_path

NEVER_TRUE = "X3,220027"


class Session:
    """A server with a client whose program is stopped at a breakpoint and a watchpoint, or runs over a breakpoint."""

    def __init__(self, test, attached, running, options=()):
        program = elf.read(inferior_path("counts_forever"))
        self.count_once, self.counter = program.symbol("count_once").address, program.symbol("counter").address
        self.inferior = test.inferior("counts_forever") if attached else None
        self.server = (Server.attached_to(self.inferior.pid, options) if attached
                       else Server.launching("counts_forever", options=options))
        self.pid = self.server.inferior
        self.client = self.server.connect()
        self.client.negotiate()
        test.assertRegex(self.client.ask("?"), "^T")
        self.run_over_breakpoint() if running else self.stop_at_breakpoint(test)

    def count(self):
        return processes.read_global(self.pid, inferior_path("counts_forever"), "counter")

    def wait_for_progress(self):
        before = self.count()
        wait_until(lambda: self.count() != before, "progress")

    def run_over_breakpoint(self):
        self.client.ask(f"Z0,{self.count_once:x},1;{NEVER_TRUE}")
        self.client.send("vCont;c")
        self.wait_for_progress()

    def stop_at_breakpoint(self, test):
        test.assertEqual(self.client.ask(f"Z2,{self.counter:x},8"), "OK")
        test.assertEqual(self.client.ask(f"Z0,{self.count_once:x},1"), "OK")
        test.assertRegex(self.client.ask("vCont;c"), "^T05")


class Teardown(DebugTest):
    def in_each_situation(self, attached, check, options=()):
        for running in (False, True):
            with self.subTest(running=running):
                check(Session(self, attached, running, options))

    def assert_runs_on(self, session):
        session.wait_for_progress()
        self.assertEqual(patched_text(session.pid), [])
        session.wait_for_progress()

    def assert_let_go(self, session):
        wait_until(lambda: tracer_of(session.pid) == 0, "end of tracing")
        self.assert_runs_on(session)

    def assert_gone(self, session):
        wait_until(lambda: processes.is_gone(session.pid), "end of the program")

    def assert_next_client_is_answered(self, session):
        client = session.server.connect()
        client.negotiate()
        self.assertRegex(client.ask("?", timeout=2), f"^T.*thread:p{session.pid:x}\\.")
        self.assertEqual(patched_text(session.pid), [])
        self.assertEqual(client.ask(f"Z0,{session.count_once:x},1"), "OK")
        self.assertRegex(client.ask("vCont;c", timeout=2), "^T05.*swbreak")

    def assert_held(self, session):
        session.server.wait_for("terminated connection")
        self.assertEqual(state_of(session.pid), "t")
        self.assertEqual(patched_text(session.pid), [])
        before = session.count()
        self.assert_next_client_is_answered(session)
        self.assertLessEqual(session.count() - before, 1)

    def drop(self, session, how):
        session.client.close() if how == "FIN" else session.client.reset()

    def test_attached_and_client_lost(self):
        for how in ("FIN", "RST"):
            def check(session):
                self.drop(session, how)
                session.server.wait_for("terminated connection")
                self.assert_runs_on(session)
                self.assert_next_client_is_answered(session)
            self.in_each_situation(True, check)

    def test_launched_and_client_lost(self):
        for how in ("FIN", "RST"):
            def check(session):
                self.drop(session, how)
                self.assert_held(session)
            self.in_each_situation(False, check)

    def test_attached_once_and_client_lost(self):
        for how in ("FIN", "RST"):
            def check(session):
                self.drop(session, how)
                session.server.wait_for_exit()
                self.assert_let_go(session)
            self.in_each_situation(True, check, options=("--once",))

    def test_launched_once_and_client_lost(self):
        for how in ("FIN", "RST"):
            def check(session):
                self.drop(session, how)
                session.server.wait_for_exit()
                self.assert_gone(session)
            self.in_each_situation(False, check, options=("--once",))

    def test_detach(self):
        for attached in (True, False):
            session = Session(self, attached, running=False)
            self.assertEqual(session.client.ask(f"D;{session.pid:x}"), "OK")
            self.assert_let_go(session)

    def test_kill_launched(self):
        session = Session(self, attached=False, running=False)
        session.client.send_raw("$k#6b")
        self.assert_gone(session)

    def test_kill_attached(self):
        """Whether k ends a program that was not launched here is a policy; it must not be left half way."""
        session = Session(self, attached=True, running=False)
        session.client.send_raw("$k#6b")
        wait_until(lambda: processes.is_gone(session.pid) or tracer_of(session.pid) == 0, "end or release")
        if not processes.is_gone(session.pid):
            self.assert_let_go(session)

    def test_attached_and_server_told_to_end(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            def check(session):
                session.server.signal(number)
                session.server.wait_for_exit()
                self.assert_let_go(session)
            self.in_each_situation(True, check)

    def test_launched_and_server_told_to_end(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            def check(session):
                session.server.signal(number)
                session.server.wait_for_exit()
                self.assert_gone(session)
            self.in_each_situation(False, check)

    def test_server_told_to_end_before_any_client(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            inferior = self.inferior("counts_forever")
            server = Server.attached_to(inferior.pid)
            server.signal(number)
            server.wait_for_exit()
            self.assert_runs_untouched(inferior, "counter")

    def test_launched_program_dies_with_a_killed_server(self):
        session = Session(self, attached=False, running=False)
        session.server.signal(signal.SIGKILL)
        self.assert_gone(session)

    def test_client_lost_in_the_middle_of_a_packet(self):
        session = Session(self, attached=True, running=False)
        session.client.send_raw("$vCont;c#")
        session.client.close()
        self.assert_runs_on(session)
        self.assert_next_client_is_answered(session)

    def test_standard_input_ends(self):
        inferior = self.inferior("counts_forever")
        server = StdioServer("-", "--attach", inferior.pid)
        client = server.connect()
        client.negotiate()
        self.assertRegex(client.ask("?"), "^T")
        count_once = elf.read(inferior.path).symbol("count_once").address
        client.ask(f"Z0,{count_once:x},1;{NEVER_TRUE}")
        client.send("vCont;c")
        inferior.wait_for_progress("counter")
        server.close_stdin()
        server.wait_for_exit()
        self.assert_runs_untouched(inferior, "counter")

    def test_second_client_does_not_disturb_the_first(self):
        session = Session(self, attached=True, running=False)
        second = session.server.connect()
        with contextlib.suppress(ConnectionError):
            second.send_raw("+$?#3f")
        self.assertRegex(session.client.ask(f"m{session.counter:x},8"), "^[0-9a-f]{16}$")
        second.close()
        self.assertEqual(session.client.ask(f"z2,{session.counter:x},8"), "OK")
        self.assertEqual(session.client.ask(f"D;{session.pid:x}"), "OK")
        self.assert_let_go(session)

    def test_reconnecting_again_and_again(self):
        session = Session(self, attached=True, running=True)
        for number in range(60):
            session.client.close() if number % 2 else session.client.reset()
            session.client = session.server.connect()
            self.assertRegex(session.client.ask("?", timeout=1), "^[TS]")
            if number % 3:
                session.client.send("vCont;c")
                session.wait_for_progress()
        session.client.close()
        self.assert_runs_on(session)

    def test_client_lost_while_stepping_a_range(self):
        session = Session(self, attached=True, running=False)
        session.client.ask(f"z2,{session.counter:x},8")
        session.client.send(f"vCont;r0,ffffffffffffffff:p{session.pid:x}.{session.pid:x}")
        session.client.reset()
        self.assert_runs_on(session)
        self.assert_next_client_is_answered(session)


if __name__ == "__main__":
    main()
