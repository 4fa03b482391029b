#!/usr/bin/python3
"""gdb over TCP, a unix socket and a pipe."""

import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
import processes
from debug_test import DebugTest, main
from gdb_driver import Session
from processes import Program
from servers import free_port, inferior_path, server_path

TO_THE_END = ("break inner", "continue", "backtrace", "delete", "continue")


class Transports(DebugTest):
    def assert_whole_session(self, target, *commands):
        gdb = gdb_driver.run([f"target remote {target}", *TO_THE_END], inferior_path("calls_deep"))
        self.assert_in_order(gdb.text, r"inner \(value=8\)", r"main \(\)", "exited with code 052")

    def test_unix_socket(self):
        path = os.path.join(self.scratch_directory(), "socket")
        server = Program(server_path(), "--once", f"unix:{path}", inferior_path("calls_deep"))
        processes.wait_until(lambda: os.path.exists(path), "the socket")
        self.assertEqual(os.stat(path).st_mode & 0o077, 0)
        self.assert_whole_session(path)
        server.wait_for_exit()
        self.assertFalse(os.path.exists(path))

    def test_pipe(self):
        for name in ("-", "stdio"):
            with self.subTest(name):
                self.assert_whole_session(f"| {server_path()} {name} {inferior_path('calls_deep')}")

    def test_port_only_is_loopback(self):
        port = free_port()
        server = Program(server_path(), "--once", f":{port}", inferior_path("calls_deep"))
        server.wait_for(rf"Listening on port {port}")
        self.assertEqual(self.listening_address(port), "0100007F")
        self.assert_whole_session(f"localhost:{port}")

    def listening_address(self, port):
        with open("/proc/net/tcp", encoding="ascii") as table:
            for line in table:
                local = line.split()[1]
                if local.endswith(f":{port:04X}") and line.split()[3] == "0A":
                    return local.split(":")[0]
        return None

    def test_output_of_the_program_does_not_disturb_the_pipe(self):
        target = f"| {server_path()} - {inferior_path('floods_output')} 2>/dev/null"
        gdb = gdb_driver.run([f"target remote {target}", "break flooded", "continue", "backtrace", "continue"],
                             inferior_path("floods_output"))
        self.assert_in_order(gdb.text, r"flooded \(\)", r"main \(\)", "exited normally")

    def test_gdb_killed_at_the_other_end_of_the_pipe(self):
        inferior = self.inferior("counts_forever")
        gdb = Session(inferior.path)
        gdb.do(f"target remote | {server_path()} - --attach {inferior.pid}")
        server = processes.tracer_of(inferior.pid)
        gdb.do("break count_once")
        gdb.do("continue")
        gdb.end()
        self.assert_runs_untouched(inferior, "counter")
        processes.wait_until(lambda: processes.is_gone(server), "end of the server")


if __name__ == "__main__":
    main()
