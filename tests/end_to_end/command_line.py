#!/usr/bin/python3
"""What the command line refuses is refused at once, in one line that says what, why and what to do; nothing hangs."""

import os
import pathlib
import pty
import re
import socket
import sys
import tty

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import rsp
from debug_test import DebugTest, main
from processes import Inferior, Program
from servers import Server, StdioServer, inferior_path, server_path

AT_ONCE = 5
OTHER_LINES = r"Process .* created; pid = \d+|Exiting"


class CommandLine(DebugTest):
    def refusal(self, *arguments):
        """What a server that must not start says."""
        server = Program(server_path(), *arguments)
        self.assertNotEqual(server.wait_for_exit(AT_ONCE), 0, f"{arguments} was accepted")
        text = server.lines.wait_for_end()
        self.assertTrue(text.strip(), f"{arguments} was refused in silence")
        self.assertNotRegex(text, r"(?i)assert|terminate called|core dumped|exception")
        return text

    def assert_refused(self, arguments, *patterns):
        text = self.refusal(*arguments)
        for pattern in patterns:
            self.assertRegex(text, pattern)
        lines = [line for line in text.splitlines() if line and not re.fullmatch(OTHER_LINES, line)]
        self.assertEqual(len(lines), 1, f"{arguments} was refused in more than a line:\n{text}")

    def test_wrong_arguments(self):
        for arguments in ((), ("localhost:0",), ("--attach", "localhost:0"), ("--attach",), ("--no-such-option",),
                          ("--once", "--no-such-option", "localhost:0", "/bin/true"),
                          ("--attach", "localhost:0", "not-a-pid"), ("--attach", "localhost:0", "12x"),
                          ("--attach", "localhost:0", "-5")):
            with self.subTest(arguments):
                self.refusal(*arguments)

    def test_unusable_addresses(self):
        for address in ("localhost:99999", "localhost:port", "localhost:-1", "no.such.host.invalid:0", "justaword",
                        "unix:", "unix:/no/such/directory/socket", "unix:/tmp/" + "x" * 200):
            with self.subTest(address):
                self.assert_refused((address, inferior_path("exits")))

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assert_refused((f"localhost:{port}", inferior_path("exits")), "(?i)address already in use")

    def test_socket_path_in_use(self):
        path = os.path.join(self.scratch_directory(), "file")
        with open(path, "w", encoding="ascii") as file:
            file.write("precious")
        self.assert_refused((f"unix:{path}", inferior_path("exits")), path)
        with open(path, encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def test_missing_program(self):
        self.assert_refused(("localhost:0", "/nowhere/program"), "/nowhere/program", "(?i)no such file")
        self.assert_refused(("localhost:0", "/etc/passwd"), "/etc/passwd", "(?i)permission|not executable|exec")
        self.assert_refused(("localhost:0", "/usr"), "/usr", "(?i)permission|directory")

    def test_missing_program_over_stdio(self):
        server = StdioServer("stdio", "/nowhere/program")
        self.assertNotEqual(server.wait_for_exit(AT_ONCE), 0)
        self.assertIn("/nowhere/program", server.lines.wait_for_end())

    def test_dead_process(self):
        ended = Program("/bin/true")
        ended.wait_for_exit()
        self.assert_refused(("--attach", "localhost:0", ended.pid), str(ended.pid),
                            "(?i)no such process|no process|not exist|is none")

    def test_process_already_traced(self):
        inferior = self.inferior("counts_forever")
        tracer = Server.attached_to(inferior.pid)
        self.assert_refused(("--attach", "localhost:0", inferior.pid), str(inferior.pid), "(?i)already traced",
                            str(tracer.pid))
        self.assertFalse(tracer.has_exited())

    def test_ptrace_forbidden(self):
        """A filter like those of containers fails ptrace: no hang, and the reason is told."""
        inferior = self.inferior("counts_forever")
        for arguments in (("localhost:0", inferior_path("exits")), ("--attach", "localhost:0", inferior.pid)):
            with self.subTest(arguments):
                server = Program(inferior_path("refuses_syscall"), 101, server_path(), *arguments)
                self.assertNotEqual(server.wait_for_exit(AT_ONCE), 0)
                self.assertRegex(server.lines.wait_for_end(), "(?i)ptrace|not permitted")
        inferior.wait_for_progress("counter")

    def test_personality_forbidden_is_no_obstacle(self):
        server = Program(inferior_path("refuses_syscall"), 135, server_path(), "--once", "localhost:0",
                         inferior_path("exits"), "code", 3)
        port = int(server.wait_for(r"Listening on port (\d+)")[1])
        client = rsp.Client.over_tcp(port)
        client.negotiate()
        self.assertRegex(client.ask("?"), "^T05")
        self.assertRegex(client.ask("vCont;c"), "^W03")

    def test_program_gets_no_descriptor_of_the_server(self):
        launched = self.launch("counts_forever")
        multi = Server.multi()
        client = multi.connect()
        client.negotiate()
        run = client.ask("vRun;" + inferior_path("counts_forever").encode().hex())
        started = int(re.search("thread:p?([0-9a-f]+)", run)[1], 16)
        for pid in (launched.inferior, started):
            self.assertEqual(sorted(os.listdir(f"/proc/{pid}/fd")), ["0", "1", "2"])

    def test_options_of_gdbserver(self):
        for options in (["--debug"], ["--debug=all"], ["--debug=threads,remote,event-loop"], ["--remote-debug"],
                        ["--event-loop-debug"], ["--debug-format=all"], ["--debug-format=none"],
                        ["--debug-format=timestamp"], ["--startup-with-shell"], ["--no-startup-with-shell"],
                        ["--disable-randomization"], ["--no-disable-randomization"], ["--disable-packet=vCont,T"],
                        ["--startup-with-shell", "--no-escape-args"]):
            with self.subTest(options):
                server = self.launch("exits", "code", 4, options=["--once", *options])
                client = server.connect()
                client.negotiate()
                client.ask("?")
                self.assertRegex(client.ask("c"), "^W04")
                client.close()
                self.assertEqual(server.wait_for_exit(), 4)

    def test_options_gdbserver_would_refuse(self):
        self.assert_refused(("--debug=nonsense", "localhost:0", "/bin/true"), "nonsense", "event-loop")
        self.assert_refused(("--debug-format=nonsense", "localhost:0", "/bin/true"), "nonsense", "timestamp")
        self.assert_refused(("--disable-packet=nonsense", "localhost:0", "/bin/true"), "nonsense")

    def test_debug_file(self):
        file = os.path.join(self.scratch_directory(), "log")
        server = self.launch("exits", options=["--once", "--remote-debug", f"--debug-file={file}", "--debug-format=none"])
        client = server.connect()
        client.negotiate()
        client.close()
        server.wait_for_exit()
        with open(file, encoding="utf-8") as log:
            self.assert_in_order(log.read(), r"^\[trace\] <- qSupported", r"^\[trace\] -> PacketSize=")
        self.assertNotIn("<- qSupported", server.lines.wait_for_end())

    def test_selftests(self):
        for option in ("--selftest", "--selftest=filter"):
            server = Program(server_path(), option)
            self.assertEqual(server.wait_for_exit(AT_ONCE), 0)
            self.assertIn("Selftests have been disabled for this build.", server.lines.wait_for_end())

    def arguments_through_shell(self, *options):
        server = self.launch("shows_arguments", "$REMORA_TEST", "a 'b", options=["--once", "--startup-with-shell", *options])
        client = server.connect()
        client.negotiate()
        client.ask("?")
        client.ask("vCont;c")
        return server

    def test_shell_gets_the_arguments_as_they_are(self):
        os.environ["REMORA_TEST"] = "seen"
        self.addCleanup(os.environ.pop, "REMORA_TEST")
        server = self.arguments_through_shell()
        server.wait_for(r"\[\$REMORA_TEST\]")
        server.wait_for(r"\[a 'b\]")
        server = self.launch("shows_arguments", "$REMORA_TEST", options=["--once", "--startup-with-shell", "--no-escape-args"])
        client = server.connect()
        client.negotiate()
        client.ask("vCont;c")
        server.wait_for(r"\[seen\]")

    def test_under_the_name_gdbserver(self):
        name = os.path.join(self.scratch_directory(), "gdbserver")
        os.symlink(server_path(), name)
        server = Program(name, "--once", "localhost:0", inferior_path("exits"), "code", 5)
        client = rsp.Client.over_tcp(int(server.wait_for(r"^Listening on port (\d+)$")[1]))
        client.negotiate()
        client.ask("?")
        self.assertRegex(client.ask("vCont;c"), "^W05")
        client.close()
        self.assertEqual(server.wait_for_exit(), 5)
        self.assert_in_order(server.lines.wait_for_end(), r"^Process .*/exits created; pid = \d+$", "^Remote debugging from host",
                             r"^Child exited with status 5$")

    def test_forms_of_the_address(self):
        for address, host in (("[::1]:0", "::1"), ("::1:0", "::1"), ("tcp:localhost:0", "127.0.0.1"),
                              ("tcp4:127.0.0.1:0", "127.0.0.1"), (":0", "127.0.0.1")):
            with self.subTest(address):
                server = Program(server_path(), "--once", address, inferior_path("exits"))
                port = int(server.wait_for(r"Listening on port (\d+)")[1])
                with socket.create_connection((host, port)):
                    server.wait_for(f"Remote debugging from host {host}")

    def test_serial_line(self):
        ours, theirs = pty.openpty()
        tty.setraw(ours)
        path = os.ttyname(theirs)
        server = Program(server_path(), "--once", path, inferior_path("exits"), "code", 6)
        server.wait_for(f"Remote debugging using {path}")
        with open(ours, "rb+", buffering=0) as line:
            line.write(b"$?#3f")
            answer = b""
            while b"#" not in answer:
                answer += line.read(100)
            self.assertRegex(answer, rb"^\+\$T05")
            line.write(b"+$k#6b")
            self.assertEqual(server.wait_for_exit(), 0)
        os.close(theirs)

    def test_help_and_version(self):
        for option in ("--help", "--version"):
            server = Program(server_path(), option)
            self.assertEqual(server.wait_for_exit(AT_ONCE), 0)
            self.assertTrue(server.lines.wait_for_end().strip())

    def test_attach_option_after_the_address(self):
        inferior = Inferior(inferior_path("counts_forever"))
        server = Server("--once", "localhost:0", "--attach", inferior.pid)
        self.assertEqual(server.inferior, inferior.pid)

    def test_words_of_a_session(self):
        server = self.launch("exits", "code", 5)
        client = server.connect()
        client.negotiate()
        client.ask("?")
        client.ask("vCont;c")
        client.close()
        server.wait_for_exit()
        self.assert_in_order(server.lines.wait_for_end(), r"^Process .*/exits created; pid = \d+$",
                             r"^Listening on port \d+$", r"^Remote debugging from host 127\.0\.0\.1, port \d+$",
                             r"^Child exited with status 5$")

    def test_wrapper_program(self):
        server = Server("--once", "--wrapper", "env", "REMORA_TEST=wrapped", "--", "localhost:0",
                        inferior_path("shows_arguments"), "one")
        client = server.connect()
        client.negotiate()
        self.assertRegex(client.ask("?"), "^T05")
        self.assertRegex(client.ask("vCont;c"), "^W01")
        server.wait_for(r"variable \[wrapped\]")


if __name__ == "__main__":
    main()
