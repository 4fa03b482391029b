#!/usr/bin/python3
"""What gdbserver gets wrong: each check must hold for remora; what gdbserver makes of it is printed, not judged."""

import os
import pathlib
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import elf
import processes
from debug_test import main
from processes import Program, patched_text, read_global, tracer_of, wait_until
from rivals import ComparedTest
from servers import Server, inferior_path

SOON = 2


class BetterThanGdbserver(ComparedTest):
    rival = "/usr/bin/gdbserver"
    rival_version = ["--version"]

    def session(self, server):
        client = server.connect()
        client.negotiate()
        self.assertRegex(client.ask("?"), "^T")
        return client

    def address(self, program, name):
        return elf.read(inferior_path(program)).symbol(name).address

    def value(self, pid, program, name):
        return read_global(pid, inferior_path(program), name)

    # gdbserver 13.1 ends with "A problem internal to GDBserver has been detected".
    def test_refuses_to_resume_a_thread_that_is_not_there(self):
        def check():
            server = self.launch("counts_forever")
            client = self.session(server)
            self.assertRegex(client.ask(f"vCont;c:p{server.inferior:x}.7ffffff", SOON), "^E")
        self.hold_against_both(check)

    # gdbserver sends SIGINT to the process group that has the process's id.
    def test_interrupts_a_process_that_leads_no_group(self):
        def check():
            shell = Program("sh", "-c", '"$0" & echo "pid $!"; wait', inferior_path("counts_forever"))
            pid = int(shell.wait_for(r"pid (\d+)")[1])
            wait_until(lambda: processes.executable_of(pid) == os.path.realpath(inferior_path("counts_forever")), "exec")
            self.assertNotEqual(os.getpgid(pid), pid)
            client = self.session(Server.attached_to(pid))
            client.send("vCont;c")
            client.interrupt()
            self.assertRegex(client.receive(SOON), "^T")
        self.hold_against_both(check)

    def test_an_interrupt_is_no_signal_that_the_program_can_take(self):
        def check():
            server = self.launch("sigwaits_interrupt")
            client = self.session(server)
            client.send("vCont;c")
            wait_until(lambda: self.value(server.inferior, "sigwaits_interrupt", "rounds") > 2, "rounds")
            client.interrupt()
            self.assertRegex(client.receive(SOON), "^T")
            self.assertEqual(self.value(server.inferior, "sigwaits_interrupt", "interrupts_seen"), 0)
        self.hold_against_both(check)

    def lose_the_client(self):
        """Leaves a breakpoint where the program does not come again, so that nothing lifts it by chance."""
        inferior = self.inferior("counts_forever")
        inferior.wait_for_progress("counter")
        server = Server.attached_to(inferior.pid)
        client = self.session(server)
        self.assertEqual(client.ask(f"Z0,{self.address('counts_forever', 'main'):x},1"), "OK")
        client.send("vCont;c")
        inferior.wait_for_progress("counter")
        client.close()
        return server, inferior

    def test_a_lost_client_leaves_no_trap_in_a_running_program(self):
        def check():
            _, inferior = self.lose_the_client()
            wait_until(lambda: patched_text(inferior.pid) == [], "lifting of the trap", SOON)
            inferior.wait_for_progress("counter")
        self.hold_against_both(check)

    def test_the_client_after_a_lost_one_is_answered(self):
        def check():
            server, _ = self.lose_the_client()
            client = server.connect()
            client.send("?")
            self.assertRegex(client.receive(SOON), "^[TS]")
        self.hold_against_both(check)

    def test_exit_status_after_a_fatal_signal(self):
        def check():
            server = self.launch("faults", "fatal")
            client = self.session(server)
            self.assertRegex(client.ask("vCont;c"), "^T0b")
            self.assertRegex(client.ask("vCont;C0b"), "^X0?b")
            client.close()
            self.assertEqual(server.wait_for_exit(), 128 + signal.SIGSEGV)
        self.hold_against_both(check)

    def test_reads_and_writes_a_single_register(self):
        def check():
            client = self.session(self.launch("counts_forever"))
            self.assertRegex(client.ask("p10"), "^[0-9a-f]{16}$")  # rip
            self.assertEqual(client.ask("P1=8877665544332211"), "OK")  # rbx
            self.assertEqual(client.ask("p1"), "8877665544332211")
        self.hold_against_both(check)

    def test_read_watchpoints(self):
        def check():
            server = self.launch("watched")
            client = self.session(server)
            self.assertEqual(client.ask(f"Z3,{self.address('watched', 'four_bytes'):x},4"), "OK")
            self.assertRegex(client.ask("vCont;c", SOON), "^T05.*watch:")
        self.hold_against_both(check)

    def test_blocked_calls_survive_attach_and_detach(self):
        def check():
            blocks = self.inferior("blocks")
            blocks.wait_for_global("asleep", lambda asleep: asleep == 63)
            threads = [tid for tid in processes.threads_of(blocks.pid) if tid != blocks.pid]
            wait_until(lambda: {processes.state_of(blocks.pid, tid) for tid in threads} == {"S"}, "sleep of all threads")
            client = self.session(self.attach(blocks))
            self.assertEqual(client.ask(f"D;{blocks.pid:x}"), "OK")
            wait_until(lambda: tracer_of(blocks.pid) == 0, "end of tracing")
            blocks.wait_for_progress("beats")
            self.assertEqual(blocks.global_value("interruptions_seen"), 0, "system calls failed with EINTR")
        self.hold_against_both(check)

    def test_blocked_calls_survive_signals_that_are_ignored(self):
        def check():
            client = self.session(self.launch("ignores_signals"))
            self.assertEqual(client.ask("QPassSignals:10;13;14;1c;1e"), "OK")  # SIGURG CONT CHLD WINCH USR1
            self.assertRegex(client.ask("vCont;c", SOON), "^W0+(;|$)")
        self.hold_against_both(check)


if __name__ == "__main__":
    main()
