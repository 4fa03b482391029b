#!/usr/bin/python3
"""lldb works on a machine through the platform server: files, processes, the shell, and programs that it debugs there."""

import hashlib
import os
import pathlib
import re
import signal
import socket
import struct
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import lldb_driver
import processes
import rsp
from debug_test import DebugTest, main
from processes import Program
from servers import inferior_path, server_path

AT_ONCE = 5


class Platform(DebugTest):
    def setUp(self):
        super().setUp()
        self.require_tool("lldb-19")
        self.folder = self.scratch_directory()

    def serve(self, *options, address="127.0.0.1:0"):
        """A platform server; its port, or what else it has to say in its file."""
        file = os.path.join(self.folder, "port")
        pathlib.Path(file).unlink(missing_ok=True)
        server = Program(server_path(), "platform", "--listen", address, "--socket-file", file, *options)
        server.name = processes.wait_until(lambda: os.path.exists(file) and pathlib.Path(file).read_text(), "the file")
        return server

    def connect(self, server):
        client = rsp.Client.over_tcp(int(server.name))
        client.stop_acks()
        return client

    def lldb(self, server, *commands, program=None, **options):
        start = ["platform select remote-linux", f"platform connect connect://127.0.0.1:{server.name}",
                 f"platform settings --working-dir {self.folder}"]
        return lldb_driver.run([*start, *([f"target create {program}"] if program else []), *commands], **options)

    def path(self, name):
        return os.path.join(self.folder, name)

    def test_files(self):
        server = self.serve()
        content = os.urandom(100_000)
        pathlib.Path(self.path("here")).write_bytes(content)
        text = self.lldb(server, f"platform put-file {self.path('here')} {self.path('there')}",
                         f"platform get-file {self.path('there')} {self.path('back')}",
                         f"platform get-size {self.path('there')}", f"platform get-permissions {self.path('there')}",
                         f"platform mkdir {self.path('folder')}", f"platform file-exists {self.path('nothing')}")
        self.assertEqual(pathlib.Path(self.path("there")).read_bytes(), content)
        self.assertEqual(pathlib.Path(self.path("back")).read_bytes(), content)
        self.assert_in_order(text, "File size.*: 100000", "File permissions.*0o0?6[0-7][0-7]", "does not exist")
        self.assertEqual(os.stat(self.path("folder")).st_mode & 0o700, 0o700)
        server.wait_for_exit(AT_ONCE)

    def test_open_file(self):
        server = self.serve()
        pathlib.Path(self.path("file")).write_bytes(b"0123456789")
        text = self.lldb(server, f"platform file open {self.path('file')}", "script print('go')")
        number = re.search(r"File Descriptor = (\d+)", text)[1]
        self.assertTrue(int(number) > 2)
        server = self.serve("--server")
        client = self.connect(server)
        number = client.ask(f"vFile:open:{rsp.as_hex(self.path('file'))},40000002,1a4")[1:]
        self.assertEqual(client.ask(f"vFile:pread:{number},4,3"), "F4;3456")
        self.assertEqual(client.ask(f"vFile:pwrite:{number},2,xy"), "F2")
        self.assertEqual(client.ask(f"vFile:close:{number}"), "F0")
        self.assertEqual(pathlib.Path(self.path("file")).read_bytes(), b"01xy456789")

    def test_file_packets(self):
        client = self.connect(self.serve())
        file, link = self.path("file"), self.path("link")
        pathlib.Path(file).write_bytes(b"some text")
        os.chmod(file, 0o640)
        self.assertEqual(client.ask(f"vFile:size:{rsp.as_hex(file)}"), "F0000000000000009")
        self.assertEqual(client.ask(f"vFile:mode:{rsp.as_hex(file)}"), f"F{0o640:x}")
        self.assertEqual(client.ask(f"vFile:exists:{rsp.as_hex(file)}"), "F,1")
        self.assertEqual(client.ask(f"vFile:exists:{rsp.as_hex(link)}"), "F,0")
        halves = struct.unpack("<QQ", hashlib.md5(b"some text").digest())
        self.assertEqual(client.ask(f"vFile:MD5:{rsp.as_hex(file)}"), "F,%016x%016x" % halves)
        self.assertEqual(client.ask(f"vFile:MD5:{rsp.as_hex(self.folder)}"), "F,x")
        self.assertEqual(client.ask(f"vFile:symlink:{rsp.as_hex(file)},{rsp.as_hex(link)}"), "F0")
        self.assertEqual(os.readlink(link), file)
        self.assertEqual(client.ask(f"vFile:symlink:{rsp.as_hex(file)},{rsp.as_hex(link)}"), "F-1,11")
        self.assertEqual(client.ask(f"vFile:unlink:{rsp.as_hex(link)}"), "F0")
        self.assertEqual(client.ask(f"qPlatform_chmod:1c0,{rsp.as_hex(file)}"), "F0")
        self.assertEqual(os.stat(file).st_mode & 0o7777, 0o700)
        self.assertEqual(client.ask(f"qPlatform_mkdir:1c0,{rsp.as_hex('/nowhere/folder')}"), "F2")

    def test_working_folder_is_each_clients_own(self):
        server = self.serve("--server")
        first, second = self.connect(server), self.connect(server)
        before = second.ask("qGetWorkingDir")
        pathlib.Path(self.path("file")).write_bytes(b"x")
        self.assertEqual(first.ask(f"QSetWorkingDir:{rsp.as_hex(self.folder)}"), "OK")
        self.assertEqual(first.ask("qGetWorkingDir"), rsp.as_hex(self.folder))
        self.assertEqual(second.ask("qGetWorkingDir"), before)
        self.assertEqual(first.ask(f"vFile:size:{rsp.as_hex('file')}"), "F0000000000000001")
        self.assertEqual(first.ask(f"qPathComplete:0,{rsp.as_hex('fi')}"), "M" + rsp.as_hex("file"))
        self.assertIn(rsp.as_hex(self.folder + "/"), second.ask(f"qPathComplete:1,{rsp.as_hex(self.folder)}"))
        self.assertIn(self.folder, first.ask(f"qPlatform_shell:{rsp.as_hex('pwd')},5"))
        self.assertRegex(first.ask(f"QSetWorkingDir:{rsp.as_hex('/nowhere')}"), "^E02")

    def test_processes(self):
        inferior = self.inferior("counts_forever")
        text = self.lldb(self.serve(), "platform process list --name counts_forever",
                         f"platform process info {inferior.pid}", "platform process list --starts-with counts_")
        self.assert_in_order(text, rf"^{inferior.pid} +{os.getpid()} .*counts_forever", f"pid = {inferior.pid}",
                             "name = counts_forever", rf"^{inferior.pid} ")

    def test_process_packets(self):
        client = self.connect(self.serve())
        first = client.ask(f"qfProcessInfo:pid:{os.getpid()};")
        self.assertRegex(first, rf"^pid:{os.getpid()};ppid:{os.getppid()};uid:\d+;gid:\d+;euid:\d+;egid:\d+;name:[0-9a-f]+;args:")
        self.assertRegex(client.ask("qsProcessInfo"), "^E")
        found, answer = 0, client.ask("qfProcessInfo")
        while answer.startswith("pid:"):
            found, answer = found + 1, client.ask("qsProcessInfo")
        self.assertGreater(found, 1)
        self.assertRegex(client.ask("qfProcessInfo:name_match:regex;name:" + rsp.as_hex("(") + ";"), "^E")
        self.assertEqual(client.ask("qUserName:0"), rsp.as_hex("root"))
        self.assertEqual(client.ask("qGroupName:0"), rsp.as_hex("root"))
        for malformed in ("qUserName:x", "qProcessInfoPID:", "qfProcessInfo:pid:x;", "qPlatform_shell:0", "qPathComplete:",
                          "vFile:size:0", "qKillSpawnedProcess:-1", "QSetWorkingDir:f"):
            self.assertRegex(client.ask(malformed), "^(E|F-1)", malformed)

    def test_shell(self):
        text = self.lldb(self.serve(), "platform shell echo one two; exit 3", "platform shell --timeout 30 -- printf '%s' three")
        self.assert_in_order(text, "^one two", "three")

    def test_shell_packets(self):
        client = self.connect(self.serve())
        run = lambda command, rest: client.ask(f"qPlatform_shell:{rsp.as_hex(command)},{rest}")
        self.assertEqual(run("echo out; echo err >&2; exit 3", "5"), "F,00000003,00000000,out\nerr\n")
        self.assertEqual(run("pwd", "5," + rsp.as_hex("/usr")), "F,00000000,00000000,/usr\n")
        self.assertEqual(run("kill -9 $$", "5"), "F,00000089,00000009,")
        self.assertEqual(run("printf 'a}b#c$d*'", "5"), "F,00000000,00000000,a}b#c$d*")
        self.assertEqual(len(run("head -c 300000 /dev/zero", "5")), 300000 + len("F,00000000,00000000,"))
        self.assertEqual(run("sleep 100 & echo early", "5"), "F,00000000,00000000,early\n")
        self.assertEqual(run("sleep 100", "1"), "F,ffffffff,00000000,")
        self.assertRegex(run("pwd", "5," + rsp.as_hex("/nowhere")), "^E02")

    def test_shell_ends_with_its_client(self):
        server = self.serve("--server")
        client = self.connect(server)
        client.send(f"qPlatform_shell:{rsp.as_hex('exec sleep 100')},64")
        running = lambda: [pid for pid in processes.descendants() if "sleep" in (processes.executable_of(pid) or "")]
        processes.wait_until(running, "start of the shell")
        client.close()
        processes.wait_until(lambda: not running(), "end of the shell")
        self.assertFalse(server.has_exited())

    def test_launch(self):
        server = self.serve("--server")
        text = self.lldb(server, "breakpoint set --name main", "process launch -- code 3", "thread backtrace", "continue",
                         program=inferior_path("exits"))
        self.assertTrue(os.access(self.path("exits"), os.X_OK), "the program was not copied")
        self.assert_in_order(text, "stop reason = breakpoint 1.1", r"exits`main\(", "exited with status = 3")
        processes.wait_until(lambda: processes.descendants() == [server.pid], "end of the debug server")

    def test_platform_process_launch(self):
        server = self.serve("--server")
        text = self.lldb(server, "breakpoint set --name main", "platform process launch -- code 4", "continue",
                         program=inferior_path("exits"))
        self.assert_in_order(text, "stop", "exited with status = 4")

    def test_attach(self):
        # lldb does not wait for what "platform process attach" has begun.
        stopped = ("script __import__('collections').deque(iter(lambda: lldb.debugger.GetSelectedTarget().process.state, "
                   "lldb.eStateStopped), maxlen=0)")
        for commands in (["process attach --pid"], ["platform process attach --pid", stopped]):
            with self.subTest(commands):
                inferior = self.inferior("counts_forever")
                text = self.lldb(self.serve("--server"), f"{commands[0]} {inferior.pid}", *commands[1:], "thread backtrace",
                                 "process detach", program=inferior.path, batch=False)
                self.assert_in_order(text, "stop reason = signal SIGSTOP", "counts_forever`", "detached")
                self.assert_runs_untouched(inferior, "counter")

    def test_clients_at_once_and_after_each_other(self):
        server = self.serve("--server")
        first = self.connect(server)
        text = self.lldb(server, "platform shell echo second")
        self.assertIn("second", text)
        self.assertIn("third", self.lldb(server, "platform shell echo third"))
        self.assertRegex(first.ask("qHostInfo"), "^triple:")
        first.close()
        server.signal(signal.SIGTERM)
        self.assertEqual(server.wait_for_exit(AT_ONCE), 0)

    def test_one_client_without_the_option(self):
        server = self.serve()
        client = self.connect(server)
        client.ask("qHostInfo")
        self.assertTrue(rsp.Client.over_tcp(int(server.name)).is_closed())
        client.close()
        self.assertEqual(server.wait_for_exit(AT_ONCE), 0)

    def launch_server(self, client):
        pid, port = re.fullmatch(r"pid:(\d+);port:(\d+);", client.ask("qLaunchGDBServer;host:localhost;")).groups()
        return int(pid), int(port)

    def test_debug_servers(self):
        server = self.serve("--server")
        client = self.connect(server)
        idle, _ = self.launch_server(client)
        used, port = self.launch_server(client)
        debugger = rsp.Client.over_tcp(port)
        debugger.stop_acks()
        self.assertEqual(client.ask(f"qKillSpawnedProcess:{idle}"), "OK")
        processes.wait_until(lambda: processes.is_gone(idle), "end of the debug server")
        self.assertRegex(client.ask(f"qKillSpawnedProcess:{os.getpid()}"), "^E")
        unreached, _ = self.launch_server(client)
        server.signal(signal.SIGKILL)
        server.wait_for_exit(AT_ONCE)
        processes.wait_until(lambda: processes.is_gone(unreached), "end of the debug server that nobody has reached")
        debugger.ask("qHostInfo")
        debugger.close()
        processes.wait_until(lambda: processes.is_gone(used), "end of the debug server with its client")

    def test_debug_server_is_gone_with_a_client_that_never_used_it(self):
        client = self.connect(self.serve("--server"))
        pid, _ = self.launch_server(client)
        client.close()
        processes.wait_until(lambda: processes.is_gone(pid), "end of the debug server")

    def test_ports_of_debug_servers(self):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            free = probe.getsockname()[1]
        client = self.connect(self.serve("--server", "--min-gdbserver-port", free, "--max-gdbserver-port", free + 1))
        pid, port = self.launch_server(client)
        self.assertEqual(port, free)
        self.assertRegex(client.ask("qLaunchGDBServer;"), "^E")
        client.ask(f"qKillSpawnedProcess:{pid}")
        processes.wait_until(lambda: client.ask("qLaunchGDBServer;").startswith("pid:"), "the port to be free again")

    def test_program_of_the_platform(self):
        client = self.connect(self.serve("--", inferior_path("exits"), "code", "5"))
        port = re.search(r'"port":(\d+)', client.ask("qQueryGDBServer"))[1]
        debugger = rsp.Client.over_tcp(int(port))
        debugger.stop_acks()
        self.assertRegex(debugger.ask("vCont;c"), "^(W05|O)")
        self.assertRegex(client.ask("qQueryGDBServer"), "^E")

    def test_unix_socket(self):
        path = self.path("socket")
        server = self.serve("--server", address=f"unix://{path}")
        self.assertEqual(server.name, path)
        client = rsp.Client.over_unix(path)
        client.stop_acks()
        name = re.fullmatch(r"pid:\d+;port:0;socket_name:([0-9a-f]+);", client.ask("qLaunchGDBServer;"))[1]
        debugger = rsp.Client.over_unix(bytes.fromhex(name).decode())
        debugger.stop_acks()
        debugger.close()
        client.close()
        server.signal(signal.SIGTERM)
        server.wait_for_exit(AT_ONCE)
        processes.wait_until(lambda: all(map(processes.is_gone, processes.descendants())), "end of the debug server")
        self.assertEqual(os.listdir(self.folder), ["port"])

    def test_refusals(self):
        for status, arguments in ((1, []), (1, ["--listen"]), (1, ["--bogus", "--listen", ":0"]), (1, ["--listen", "connect://:1"]),
                                  (255, ["--listen", "no.such.host.invalid:0"]), (255, ["--listen", "/nowhere/socket"]),
                                  (255, ["--listen", ":0", "--socket-file", "/nowhere/file"])):
            with self.subTest(arguments):
                server = Program(server_path(), "platform", *arguments)
                self.assertEqual(server.wait_for_exit(AT_ONCE), status)
                self.assertTrue(server.lines.wait_for_end().strip())


if __name__ == "__main__":
    main()
