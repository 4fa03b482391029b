#!/usr/bin/python3
"""lldb-server's command line: every way to say where lldb is, who hears of the port, and what stays when lldb has gone."""

import os
import pathlib
import pty
import re
import select
import signal
import socket
import sys
import tty

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import lldb_driver
import processes
import rsp
from debug_test import DebugTest, main
from processes import Program
from servers import inferior_path, server_path

AT_ONCE = 5
NO_CONNECTION = 255


def client_on(opened):
    return rsp.Client(opened.fileno(), opened.fileno(), opened)


class LldbCommandLine(DebugTest):
    def serve(self, *arguments, **options):
        return Program(server_path(), "gdbserver", *arguments, **options)

    def waiting_debugger(self, family=socket.AF_INET, address=("127.0.0.1", 0)):
        listener = socket.socket(family)
        self.addCleanup(listener.close)
        listener.bind(address)
        listener.listen()
        listener.settimeout(AT_ONCE)
        return listener

    def inherited(self, *arguments):
        """A server that was started with its connection: it, and our end."""
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        with theirs:
            server = self.serve(f"--fd={theirs.fileno()}", *arguments, pass_fds=[theirs.fileno()])
        return server, client_on(ours)

    def process_of(self, client):
        return int(re.search("pid:([0-9a-f]+)", client.ask("qProcessInfo"))[1], 16)

    def assert_debugs(self, client, name="exits"):
        client.stop_acks()
        pid = self.process_of(client)
        self.assertEqual(os.path.basename(processes.executable_of(pid)), name)
        return pid

    def test_port_to_a_pipe(self):
        for spelling in ("--pipe={}", "-pipe={}"):
            with self.subTest(spelling):
                read, write = os.pipe()
                server = self.serve("tcp://[127.0.0.1]:0", "--native-regs", spelling.format(write), "--",
                                    inferior_path("exits"), "code", "--fd=3", pass_fds=[write])
                os.close(write)
                self.assertTrue(select.select([read], [], [], AT_ONCE)[0])
                with open(read, "rb") as pipe:
                    port = pipe.read()  # to the end: the server has closed it
                self.assertRegex(port, rb"^\d+\0$")
                client = rsp.Client.over_tcp(int(port[:-1]))
                self.assert_debugs(client)
                client.close()
                self.assertEqual(server.wait_for_exit(AT_ONCE), 0)

    def test_port_to_a_named_pipe(self):
        for already_open in (False, True):
            with self.subTest(already_open=already_open):
                path = os.path.join(self.scratch_directory(), "pipe")
                os.mkfifo(path)
                pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK) if already_open else None
                server = self.serve("localhost:0", inferior_path("exits"), "--named-pipe", path)
                server.wait_for("Listening on port")
                if pipe is None:
                    pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                self.assertTrue(select.select([pipe], [], [], AT_ONCE)[0])
                port = os.read(pipe, 10)
                os.close(pipe)
                self.assertRegex(port, rb"^\d+\0$")
                self.assert_debugs(rsp.Client.over_tcp(int(port[:-1])))
                server.end()

    def test_inherited_connection(self):
        server, client = self.inherited("--native-regs", "--setsid", "--", inferior_path("counts_forever"))
        pid = self.assert_debugs(client, "counts_forever")
        self.assertEqual(sorted(os.listdir(f"/proc/{pid}/fd")), ["0", "1", "2"])
        client.close()
        self.assertEqual(server.wait_for_exit(AT_ONCE), 0)

    def test_program_gets_no_inherited_descriptor(self):
        with open("/dev/null", "rb") as other:
            server = self.serve("localhost:0", "--", inferior_path("counts_forever"), pass_fds=[other.fileno()])
            client = rsp.Client.over_tcp(int(server.wait_for(r"Listening on port (\d+)")[1]))
            pid = self.assert_debugs(client, "counts_forever")
            self.assertEqual(sorted(os.listdir(f"/proc/{pid}/fd")), ["0", "1", "2"])

    def test_connects_to_the_debugger(self):
        path = os.path.join(self.scratch_directory(), "socket")
        tcp = self.waiting_debugger()
        port = tcp.getsockname()[1]
        unix = self.waiting_debugger(socket.AF_UNIX, path)
        abstract = self.waiting_debugger(socket.AF_UNIX, f"\0remora-test-{os.getpid()}")
        for listener, arguments in ((tcp, ["--reverse-connect", f"[127.0.0.1]:{port}"]),
                                    (tcp, ["-reverse-connect", f"localhost:{port}"]),
                                    (tcp, [f"connect://[127.0.0.1]:{port}"]),
                                    (unix, ["--reverse-connect", path]), (unix, [f"unix-connect://{path}"]),
                                    (abstract, [f"unix-abstract-connect://remora-test-{os.getpid()}"])):
            with self.subTest(arguments):
                server = self.serve(*arguments, "--", inferior_path("exits"))
                opened, _ = listener.accept()
                client = client_on(opened)
                self.assert_debugs(client)
                client.close()
                self.assertEqual(server.wait_for_exit(AT_ONCE), 0)

    def test_listens_everywhere(self):
        for address, host in (("*:0", "127.0.0.1"), ("[::1]:0", "::1"), (":0", "127.0.0.1"), ("listen://localhost:0", "127.0.0.1")):
            with self.subTest(address):
                server = self.serve(address, inferior_path("exits"))
                port = int(server.wait_for(r"Listening on port (\d+)")[1])
                self.assert_debugs(rsp.Client.over_tcp(port, host))
                server.end()

    def test_listens_on_a_unix_socket(self):
        path = os.path.join(self.scratch_directory(), "socket")
        for address in (path, f"unix://{path}"):
            with self.subTest(address):
                server = self.serve(address, inferior_path("exits"))
                server.wait_for("Listening on unix socket")
                client = rsp.Client.over_unix(path)
                self.assert_debugs(client)
                client.close()
                self.assertEqual(server.wait_for_exit(AT_ONCE), 0)
                self.assertFalse(os.path.exists(path))

    def test_serial_line(self):
        ours, theirs = pty.openpty()
        tty.setraw(ours)
        self.serve("serial://" + os.ttyname(theirs), inferior_path("exits")).wait_for("Remote debugging using")
        self.assert_debugs(rsp.Client(ours, ours))
        os.close(theirs)
        os.close(ours)

    def test_attach(self):
        inferior = self.inferior("counts_forever")
        for spelling in (["--attach", inferior.pid], [f"-attach={inferior.pid}"]):
            with self.subTest(spelling):
                server, client = self.inherited(*spelling)
                client.stop_acks()
                self.assertEqual(self.process_of(client), inferior.pid)
                client.close()
                self.assertEqual(server.wait_for_exit(AT_ONCE), 0)
                self.assert_runs_untouched(inferior, "counter")

    def test_attach_by_name(self):
        name = os.path.join(self.scratch_directory(), f"named-{os.getpid()}")
        os.symlink("/bin/sleep", name)
        sleeper = Program(name, 100)
        processes.wait_until(lambda: processes.status_field(sleeper.pid, "Name") == os.path.basename(name)[:15], "exec")
        server, client = self.inherited(f"--attach={os.path.basename(name)[:15]}")
        client.stop_acks()
        self.assertEqual(self.process_of(client), sleeper.pid)
        client.close()
        self.assertEqual(server.wait_for_exit(AT_ONCE), 0)
        server, client = self.inherited("--attach=no-such-program")
        self.assertEqual(server.wait_for_exit(AT_ONCE), 1)
        self.assertIn("no process has this name", server.lines.wait_for_end())

    def test_programs_outlive_the_session(self):
        """As with lldb-server, also those that it started; and no trap stays in them."""
        for how in ("client lost", "signal"):
            with self.subTest(how):
                server, client = self.inherited("--", inferior_path("counts_forever"))
                pid = self.assert_debugs(client, "counts_forever")
                path = inferior_path("counts_forever")
                client.ask(f"Z0,{processes.address_of(pid, path, 'count_once'):x},1")
                if how == "client lost":
                    client.close()
                else:
                    server.signal(signal.SIGTERM)
                self.assertEqual(server.wait_for_exit(AT_ONCE), 0)
                self.assertEqual(processes.tracer_of(pid), 0)
                before = processes.read_global(pid, path, "counter")
                processes.wait_until(lambda: processes.read_global(pid, path, "counter") != before, "progress")
                self.assertEqual(processes.patched_text(pid), [])

    def test_session_of_its_own(self):
        for option in ("--setsid", "-S"):
            server = Program("/bin/sh", "-c", '"$@" & wait', "sh", server_path(), "gdbserver", option, "localhost:0")
            server.wait_for(r"Listening on port (\d+)")
            leader = processes.descendants()[-1]
            self.assertEqual(os.getsid(leader), leader)
            processes.end_all_descendants()

    def test_bad_connections(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        for arguments in (["--fd=99"], ["--fd=0"], ["--reverse-connect", f"127.0.0.1:{port}"],
                          ["unix-connect:///nowhere/socket"], ["/nowhere/socket"], ["no.such.host.invalid:1"],
                          ["serial:///dev/null"], ["serial:///nowhere"], ["--pipe=99", "localhost:0"],
                          ["--named-pipe=/nowhere/pipe", "localhost:0"]):
            with self.subTest(arguments):
                server = self.serve(*arguments, "--", inferior_path("counts_forever"))
                self.assertEqual(server.wait_for_exit(AT_ONCE), NO_CONNECTION)
                self.assertTrue(server.lines.wait_for_end().strip())
                self.assertEqual(processes.descendants(), [], "something was left running")

    def test_bad_arguments(self):
        for arguments in ([], ["--bogus"], ["--fd=x"], ["localhost:x1", "--bogus"], ["tcp://localhost:99999"],
                          ["localhost:0", "/nowhere/program"], ["--attach=999999999", "localhost:0"]):
            with self.subTest(arguments):
                self.assertEqual(self.serve(*arguments).wait_for_exit(AT_ONCE), 1)

    def test_log(self):
        file = os.path.join(self.scratch_directory(), "log")
        server, client = self.inherited(f"--log-file={file}", "--log-channels=gdb-remote packets:lldb all")
        client.stop_acks()
        client.close()
        server.wait_for_exit(AT_ONCE)
        with open(file, encoding="utf-8") as log:
            self.assert_in_order(log.read(), "<- QStartNoAckMode", "-> OK")

    def test_lldb_starts_it(self):
        self.require_tool("lldb-19")
        name = os.path.join(self.scratch_directory(), "lldb-server")
        os.symlink(server_path(), name)
        os.environ["LLDB_DEBUGSERVER_PATH"] = name
        self.addCleanup(os.environ.pop, "LLDB_DEBUGSERVER_PATH")
        text = lldb_driver.run(["breakpoint set --name main", "process launch -- code 3", "continue"], inferior_path("exits"))
        self.assert_in_order(text, "stop reason = breakpoint 1.1", "exited with status = 3")

    def test_lldb_starts_it_to_attach(self):
        self.require_tool("lldb-19")
        name = os.path.join(self.scratch_directory(), "lldb-server")
        os.symlink(server_path(), name)
        os.environ["LLDB_DEBUGSERVER_PATH"] = name
        self.addCleanup(os.environ.pop, "LLDB_DEBUGSERVER_PATH")
        inferior = self.inferior("counts_forever")
        text = lldb_driver.run([f"process attach --pid {inferior.pid}", "thread backtrace", "process detach"],
                               inferior.path, batch=False)
        self.assert_in_order(text, "stopped", "count_once|main", "detached")
        self.assert_runs_untouched(inferior, "counter")


if __name__ == "__main__":
    main()
