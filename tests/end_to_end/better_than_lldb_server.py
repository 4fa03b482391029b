#!/usr/bin/python3
"""What lldb-server gets wrong: each check must hold for remora; what lldb-server makes of it is printed, not judged."""

import os
import pathlib
import re
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import elf
import gdb_driver
import processes
import rsp
from debug_test import main
from processes import Program, patched_text, tracer_of, wait_until
from rivals import ComparedTest
from servers import inferior_path, server_path

SOON = 2


class LldbServer(Program):
    """Either server, started in lldb-server's way; it writes its port into a pipe."""

    def __init__(self, *arguments, kind="gdbserver"):
        read_end, write_end = os.pipe()
        try:
            where = ["--pipe", str(write_end), "localhost:0"]
            super().__init__(server_path(), kind, *where, *arguments, pass_fds=[write_end])
        finally:
            os.close(write_end)
        with os.fdopen(read_end, "rb") as pipe:
            said = pipe.read().strip(b"\0")
        if not said:
            raise processes.Missed(f"the server ended: {self.wait_for_exit()}")
        self.port = int(said)

    @classmethod
    def launching(cls, name, *arguments):
        return cls("--", inferior_path(name), *arguments)

    @classmethod
    def attached_to(cls, pid):
        return cls("--attach", str(pid))

    def session(self):
        client = rsp.Client.over_tcp(self.port)
        client.stop_acks()
        client.ask("qSupported:xmlRegisters=i386,arm,mips,arc;multiprocess+;swbreak+;hwbreak+;vContSupported+")
        client.ask("QThreadSuffixSupported")
        client.ask("QListThreadsInStopReply")
        return client


class BetterThanLldbServer(ComparedTest):
    rival = "/usr/bin/lldb-server-19"
    rival_version = ["version"]

    def address(self, program, name):
        return elf.read(inferior_path(program)).symbol(name).address

    def pid_of(self, client):
        return int(re.search("pid:([0-9a-f]+)", client.ask("qProcessInfo"))[1], 16)

    def attach_with_breakpoint_and_continue(self):
        """The breakpoint is where the program does not come again, so that nothing lifts it by chance."""
        inferior = self.inferior("counts_forever")
        inferior.wait_for_progress("counter")
        server = LldbServer.attached_to(inferior.pid)
        client = server.session()
        self.assertRegex(client.ask("?"), "^T")
        self.assertEqual(client.ask(f"Z0,{self.address('counts_forever', 'main'):x},1"), "OK")
        client.send("vCont;c")
        inferior.wait_for_progress("counter")
        return inferior, server, client

    # The program dies later, when it meets the trap.
    def test_a_lost_client_leaves_no_trap_in_the_program(self):
        def check():
            inferior, server, client = self.attach_with_breakpoint_and_continue()
            client.close()
            server.wait_for_exit(SOON)
            wait_until(lambda: tracer_of(inferior.pid) == 0, "end of tracing", SOON)
            self.assertEqual(patched_text(inferior.pid), [])
        self.hold_against_both(check)

    def test_sigterm_leaves_no_trap_in_the_program(self):
        def check():
            inferior, server, _ = self.attach_with_breakpoint_and_continue()
            server.signal(signal.SIGTERM)
            server.wait_for_exit(SOON)
            wait_until(lambda: tracer_of(inferior.pid) == 0, "end of tracing", SOON)
            self.assertEqual(patched_text(inferior.pid), [])
        self.hold_against_both(check)

    def test_survives_a_packet_that_ends_in_an_escape(self):
        def check():
            client = LldbServer.launching("counts_forever").session()
            client.send_raw(b"$X1000,1:}#" + rsp.checksum(b"X1000,1:}"))
            self.assertRegex(client.receive(SOON), "^E")
            self.assertRegex(client.ask("?", SOON), "^T")
        self.hold_against_both(check)

    def test_survives_being_refused_to_attach(self):
        def check():
            inferior = self.inferior("counts_forever")
            first = LldbServer.attached_to(inferior.pid)
            self.assertIsNotNone(first)
            second = Program(server_path(), "gdbserver", "localhost:0", "--attach", str(inferior.pid))
            status = second.wait_for_exit(SOON)
            self.assertTrue(0 < status < 128, f"it ended with {status}")
            self.assertIn(str(first.process.pid), second.lines.wait_for_end(), "it does not say who traces it")
        self.hold_against_both(check)

    def test_detaches_and_leaves_the_program_stopped(self):
        def check():
            inferior = self.inferior("counts_forever")
            client = LldbServer.attached_to(inferior.pid).session()
            self.assertEqual(client.ask(f"D1;{inferior.pid:x}", SOON), "OK")
            wait_until(lambda: tracer_of(inferior.pid) == 0, "end of tracing", SOON)
            wait_until(lambda: processes.state_of(inferior.pid) == "T", "its stop", SOON)
        self.hold_against_both(check)

    def test_launches_after_a_launch_that_failed(self):
        def check():
            client = LldbServer().session()
            nothing, something = rsp.as_hex("/nowhere/nothing"), rsp.as_hex(inferior_path("counts_forever"))
            client.ask(f"A{len(nothing)},0,{nothing}", SOON)
            self.assertRegex(client.ask("qLaunchSuccess", SOON), "^E")
            self.assertEqual(client.ask(f"A{len(something)},0,{something}", SOON), "OK")
            self.assertEqual(client.ask("qLaunchSuccess", SOON), "OK")
            self.assertRegex(client.ask("?", SOON), "^T")
        self.hold_against_both(check)

    def test_shows_the_registers_of_avx_512(self):
        if "avx512f" not in pathlib.Path("/proc/cpuinfo").read_text():
            self.skipTest("this processor has no AVX-512")

        def check():
            client = LldbServer.launching("counts_forever").session()
            description = client.transfer("features", "target.xml")
            for name in ("k7", "zmm31h", "pkru") if "pku" in pathlib.Path("/proc/cpuinfo").read_text() else ("k7", "zmm31h"):
                self.assertIn(f'name="{name}"', description)
        self.hold_against_both(check)

    def test_serves_gdb_too(self):
        def check():
            server = LldbServer.launching("counts_forever")
            text = gdb_driver.run([f"target remote localhost:{server.port}", "break count_once", "continue", "backtrace",
                                   "info registers rip"], inferior_path("counts_forever"), 20).text
            self.assertNotIn("unknown architecture", text)
            self.assertRegex(text, r"(?s)Breakpoint 1, .*count_once.*#1 .*main.*rip")
        self.hold_against_both(check)

    def test_conditions_are_decided_in_the_server(self):
        def check():
            client = LldbServer.launching("counts_forever").session()
            never = "X3,220027"  # const8 0, end
            at = self.address("counts_forever", "count_once")
            pid = self.pid_of(client)
            self.assertEqual(client.ask(f"Z0,{at:x},1;{never}", SOON), "OK")
            client.send("vCont;c")
            seen = processes.read_global(pid, inferior_path("counts_forever"), "counter")
            wait_until(lambda: processes.read_global(pid, inferior_path("counts_forever"), "counter") > seen + 10, "hits", SOON)
        self.hold_against_both(check)

    def test_blocked_calls_survive_attach_and_detach(self):
        def check():
            blocks = self.inferior("blocks")
            blocks.wait_for_global("asleep", lambda asleep: asleep == 63)
            threads = [tid for tid in processes.threads_of(blocks.pid) if tid != blocks.pid]
            wait_until(lambda: {processes.state_of(blocks.pid, tid) for tid in threads} == {"S"}, "sleep of all threads")
            client = LldbServer.attached_to(blocks.pid).session()
            self.assertEqual(client.ask(f"D;{blocks.pid:x}"), "OK")
            wait_until(lambda: tracer_of(blocks.pid) == 0, "end of tracing")
            blocks.wait_for_progress("beats")
            self.assertEqual(blocks.global_value("interruptions_seen"), 0, "system calls failed with EINTR")
        self.hold_against_both(check)

    def test_a_program_that_job_control_has_stopped_stays_stopped(self):
        def check():
            inferior = self.inferior("counts_forever")
            inferior.signal(signal.SIGSTOP)
            wait_until(lambda: processes.state_of(inferior.pid) == "T", "its stop")
            client = LldbServer.attached_to(inferior.pid).session()
            self.assertEqual(client.ask(f"D;{inferior.pid:x}"), "OK")
            wait_until(lambda: tracer_of(inferior.pid) == 0, "end of tracing")
            # Released, it runs as far as its stop: __ptrace_unlink() in Linux' kernel/ptrace.c.
            wait_until(lambda: processes.state_of(inferior.pid) == "T", "its being stopped again")
        self.hold_against_both(check)

    def shell(self, client, command, seconds, directory):
        """Exit status, signal and output."""
        answer = client.ask(f"qPlatform_shell:{rsp.as_hex(command)},{seconds:x},{rsp.as_hex(directory)}", 4 * SOON)
        found = re.fullmatch("F,([0-9a-f]+),([0-9a-f]+),(.*)", answer, re.DOTALL)
        self.assertTrue(found, f"qPlatform_shell was answered {answer!r}")
        return int(found[1], 16), int(found[2], 16), found[3]

    def platform(self):
        file = pathlib.Path(self.scratch_directory()) / "port"
        Program(server_path(), "platform", "--server", "--listen", "localhost:0", "--socket-file", str(file))
        wait_until(lambda: file.exists() and file.read_text().strip("\0\n").isdigit(), "the platform's port")
        client = rsp.Client.over_tcp(int(file.read_text().strip("\0\n")))
        client.stop_acks()
        return client

    def test_shell_commands_are_a_shells(self):
        def check():
            client = self.platform()
            self.assertEqual(self.shell(client, "pwd; exit 3", 5, "/usr"), (3, 0, "/usr\n"))
        self.hold_against_both(check)

    def test_shell_commands_that_take_too_long_are_ended(self):
        def check():
            client = self.platform()
            client.ask(f"qPlatform_shell:{rsp.as_hex('sleep 321')},1,", 2 * SOON)
            programs = lambda: [processes.executable_of(pid) or "" for pid in processes.descendants()]
            processes.wait_until(lambda: not any(program.endswith("/sleep") for program in programs()), "the command has ended")
        self.hold_against_both(check)

    def test_memory_up_to_a_hole_is_read(self):
        def check():
            client = LldbServer.launching("memory_edge").session()
            pid = self.pid_of(client)
            client.ask(f"Z0,{self.address('memory_edge', 'ready'):x},1")
            self.assertRegex(client.ask("vCont;c", SOON), "^T")
            edge = processes.read_global(pid, inferior_path("memory_edge"), "edge")
            self.assertEqual(client.ask(f"m{edge - 3:x},10"), "fdfeff")
        self.hold_against_both(check)


if __name__ == "__main__":
    main()
