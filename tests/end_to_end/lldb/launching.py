#!/usr/bin/python3
"""lldb starts programs: their arguments and surroundings, what they read and write, and their end."""

import collections
import os
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import lldb_driver
import processes
from debug_test import DebugTest, main
from servers import Server, inferior_path, server_path

INSIDE = pathlib.Path(__file__).resolve().parents[2] / "support" / "inside_lldb.py"


class Launching(DebugTest):
    def setUp(self):
        super().setUp()
        self.require_tool("lldb-19")

    def on_server(self, server, *commands, program=None, batch=True):
        """Connects lldb to a server that has no program yet."""
        return lldb_driver.run([f"command script import {INSIDE}", f"script inside_lldb.connect({server.port})", *commands],
                               program and inferior_path(program), batch=batch)

    def local(self, program, *commands):
        """lldb starts the server itself, in place of its own."""
        os.environ["LLDB_DEBUGSERVER_PATH"] = server_path()
        self.addCleanup(os.environ.pop, "LLDB_DEBUGSERVER_PATH", None)
        return lldb_driver.run([f"command script import {INSIDE}", *commands], inferior_path(program))

    def started_by(self, server):
        return int(server.wait_for(r"created; pid = (\d+)")[1])

    def test_arguments_environment_directory_and_output_to_a_file(self):
        output = pathlib.Path(self.scratch_directory()) / "output"
        output.write_text("what was there before, and is longer than what comes" * 9)
        server = Server.multi()
        text = self.on_server(server, f"process launch -o {output} -w /usr -E 'REMORA_TEST=a b' -- one 'two three'",
                              program="shows_arguments")
        self.assertIn("exited with status = 2", text)
        self.assertEqual(output.read_text(),
                         "argument [one]\nargument [two three]\ndirectory [/usr]\nvariable [a b]\n")

    def test_output_of_a_program_that_lldb_starts_by_itself(self):
        text = self.local("shows_arguments", "process launch -w /usr -- one")
        self.assert_in_order(text, r"^argument \[one\]", r"^directory \[/usr\]", "exited with status = 1")

    def test_input(self):
        text = self.local("converses", "script inside_lldb.run_with_input(['echo'], 'hello\\nbye\\n')")
        self.assertIn("ended with 3", text)

    def test_a_program_that_cannot_be_started(self):
        server = Server.multi()
        text = self.on_server(server, "process launch -w /no/such/directory -- one", "process launch",
                              program="shows_arguments", batch=False)
        self.assertIn("Cannot enter /no/such/directory: No such file or directory", text)

    def test_ten_megabytes_and_last_words(self):
        count = 100_000
        server = Server("gdbserver", "localhost:0", "--", inferior_path("converses"), "lines", count)
        text = lldb_driver.run([f"gdb-remote {server.port}", "continue"], inferior_path("converses"))
        lines = re.findall(r"(\d{9}) {89}\.\r?$", text, re.MULTILINE)
        self.assertEqual(len(lines), count)
        self.assertEqual(lines, [f"{number:09}" for number in range(count)])
        self.assert_in_order(text, "last words", "exited with status = 0")

    def test_a_client_that_reads_late(self):
        """The program waits for it, the server keeps little, and nothing is lost."""
        count = 50_000
        server = Server("gdbserver", "localhost:0", "--", inferior_path("converses"), "lines", count)
        client = server.connect()
        client.stop_acks()
        client.send("c")
        pid = self.started_by(server)
        seen = collections.deque(maxlen=50)

        def writes_no_more():
            seen.append(self.written_by(pid))
            return len(seen) == seen.maxlen and seen[0] == seen[-1] > 0

        processes.wait_until(writes_no_more, "a program that waits")
        self.assertLess(int(processes.status_field(server.pid, "VmRSS").split()[0]), 32 * 1024)
        written = ""
        while (reply := client.receive()).startswith("O"):
            written += bytes.fromhex(reply[1:]).decode()
        self.assertEqual(reply, "W00")
        *lines, last = written.split("\r\n")
        self.assertEqual([line[:9] for line in lines], [f"{number:09}" for number in range(count)])
        self.assertEqual(last, "last words")

    def test_output_comes_before_the_stop(self):
        server = Server("gdbserver", "localhost:0", "--", inferior_path("floods_output"))
        text = lldb_driver.run([f"gdb-remote {server.port}", "breakpoint set --name flooded", "continue"],
                               inferior_path("floods_output"))
        last = text.rindex("T05thread")
        self.assertLess(last, text.index("stop reason = breakpoint"))

    def test_detach_leaves_the_program_running(self):
        server = Server.multi()
        text = self.on_server(server, "process launch --stop-at-entry", "breakpoint set --name count_once", "continue",
                              "process detach", program="counts_forever")
        self.assertIn("detached", text)
        self.check_runs(self.started_by(server))

    def test_detach_outlives_the_server_and_its_terminal(self):
        """The terminal goes with the server, and its hangup would end the program."""
        server = Server("gdbserver", "localhost:0", "--", inferior_path("counts_forever"))
        lldb_driver.run([f"gdb-remote {server.port}", "breakpoint set --name count_once", "continue", "process detach"],
                        inferior_path("counts_forever"))
        server.wait_for_exit()
        self.check_runs(self.started_by(server))

    def test_detach_and_stay_stopped(self):
        server = Server.multi()
        self.on_server(server, "process launch --stop-at-entry", "process detach --keep-stopped true",
                       program="counts_forever")
        pid = self.started_by(server)
        processes.wait_until(lambda: processes.state_of(pid) == "T", "a stopped program")
        self.assertEqual(processes.tracer_of(pid), 0)

    def test_kill(self):
        server = Server.multi()
        text = self.on_server(server, "process launch --stop-at-entry", "process kill", program="counts_forever")
        self.assertIn("exited with status = 9", text)
        self.assertTrue(processes.is_gone(self.started_by(server)))
        self.assertFalse(server.has_exited())

    def written_by(self, pid):
        with open(f"/proc/{pid}/io", encoding="ascii") as numbers:
            return int(re.search(r"wchar: (\d+)", numbers.read())[1])

    def check_runs(self, pid):
        path = inferior_path("counts_forever")
        processes.wait_until(lambda: processes.tracer_of(pid) == 0, "end of tracing")
        before = processes.read_global(pid, path, "counter")
        processes.wait_until(lambda: processes.read_global(pid, path, "counter") != before, "progress")
        self.assertEqual(processes.patched_text(pid), [])


if __name__ == "__main__":
    main()
