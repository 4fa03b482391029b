#!/usr/bin/python3
"""remora run --on-crash=wait: gdb and lldb find the program as it crashed, and it then goes the way that it would have gone."""

import pathlib
import re
import signal
import socket
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
import lldb_driver
from debug_test import main
from processes import Program, is_gone
from servers import server_path
from tool_test import TOOL_FAILED, ToolTest, inferior_path

DIED = 128 + signal.SIGSEGV
CRASH = (r"#0 .*read_through", r"#1 .*main")


class Waiting(Program):
    """The tool, which holds a crashed program."""

    def __init__(self, *arguments):
        super().__init__(server_path(), "run", "--on-crash=wait", *arguments)
        self.expect()

    def expect(self, start=0):
        found = self.wait_for(r"Process (\d+) stands at its (\w+) .*gdb -ex 'target remote (localhost:(\d+))'", start)
        self.inferior, self.stop, self.address, self.port = int(found[1]), found[2], found[3], int(found[4])
        return found.end()


class Wait(ToolTest):
    def crashed(self, *options):
        return Waiting(*options, "--", inferior_path("faults"), "fatal")

    def gdb_at(self, tool, *commands, program="faults"):
        return gdb_driver.run([f"target remote {tool.address}", *commands], inferior_path(program))

    def lldb_at(self, tool, *commands):
        return lldb_driver.run([f"gdb-remote {tool.port}", *commands], inferior_path("faults"), version=19, batch=False)

    def test_gdb_looks_and_continues(self):
        tool = self.crashed("--wait-time=0")
        self.assertEqual(tool.stop, "SIGSEGV")
        gdb = self.gdb_at(tool, "backtrace", "info program", "print/x $_siginfo._sifields._sigfault.si_addr", "continue")
        self.assert_in_order(gdb.of("backtrace"), *CRASH)
        self.assertIn("It stopped with signal SIGSEGV", gdb.of("info program"))
        self.assertIn("0xdead000", gdb.of("print/x $_siginfo._sifields._sigfault.si_addr"))
        self.assertIn("Program terminated with signal SIGSEGV", gdb.of("continue"))
        self.assertEqual(tool.wait_for_exit(), DIED)

    def test_gdb_ends_it_otherwise(self):
        for command, status in (("detach", DIED), ("quit", DIED), ("kill", 128 + signal.SIGKILL)):
            with self.subTest(command=command):
                tool = self.crashed()
                self.gdb_at(tool, command)
                self.assertEqual(tool.wait_for_exit(), status, tool.text)
                self.assertTrue(is_gone(tool.inferior))

    def test_gdb_calls_a_function_before_it_detaches(self):
        tool = self.crashed()
        self.assertIn(f"= {tool.inferior}", self.gdb_at(tool, "print (int)getpid()", "detach").text)
        self.assertEqual(tool.wait_for_exit(), DIED)

    def test_lldb_looks_and_continues(self):
        tool = self.crashed()
        text = self.lldb_at(tool, "thread backtrace", "continue")
        self.assert_in_order(text, r"stop reason = .*(SIGSEGV|address not mapped)", r"frame #0: .*read_through", r"frame #1: .*main",
                             r"exited with status = 11")
        self.assertEqual(tool.wait_for_exit(), DIED)

    def test_lldb_ends_it_otherwise(self):
        for command, status in (("process detach", DIED), ("process kill", 128 + signal.SIGKILL)):
            with self.subTest(command=command):
                tool = self.crashed()
                self.lldb_at(tool, command)
                self.assertEqual(tool.wait_for_exit(), status, tool.text)

    def test_a_lost_debugger_may_come_again(self):
        tool = self.crashed()
        self.gdb_at(tool, "break raise", "disconnect")
        self.assertFalse(tool.has_exited())
        self.assert_in_order(self.gdb_at(tool, "backtrace", "detach").text, *CRASH)
        self.assertEqual(tool.wait_for_exit(), DIED)

    def test_nobody_comes(self):
        outcome = self.tool("run", "--json", "--on-crash=report,wait", "--wait-time=1", "--", inferior_path("faults"), "fatal")
        self.assertEqual(outcome.status, DIED)
        wait, = outcome.objects("wait")
        self.assertEqual(wait["pid"], outcome.objects("crash")[0]["pid"])
        self.assertEqual((wait["signal"], wait["seconds"]), ("SIGSEGV", 1))
        self.assertIn(wait["address"], wait["gdb"])
        self.assertIn(wait["address"], wait["lldb"])

    def test_ctrl_c(self):
        tool = self.crashed()
        tool.signal(signal.SIGINT)
        self.assertEqual(tool.wait_for_exit(), 128 + signal.SIGINT)
        self.assertTrue(is_gone(tool.inferior))

    def test_ctrl_c_while_a_debugger_is_there(self):
        tool = self.crashed()
        gdb = gdb_driver.Session(inferior_path("faults"))
        self.assertIn("read_through", gdb.do(f"target remote {tool.address}"))
        tool.signal(signal.SIGTERM)
        self.assertEqual(tool.wait_for_exit(), 128 + signal.SIGTERM)
        gdb.quit()

    def test_a_program_that_lives_on_is_left_as_it_was(self):
        tool = Waiting("--on-signal=USR1", "--", inferior_path("raises"), 10, 12, 10)
        self.assertEqual(tool.stop, "SIGUSR1")
        gdb = self.gdb_at(tool, "break on_signal", "handle SIGUSR1 nostop pass", "handle SIGUSR2 nostop pass", "continue", "detach", program="raises")
        self.assertIn("Breakpoint 1, on_signal", gdb.of("continue"))
        tool.expect(tool.text.index("stands") + 1)
        self.gdb_at(tool, "detach", program="raises")
        self.assertEqual(tool.wait_for_exit(), 3)

    def test_a_child_that_crashes_and_the_shell_that_started_it(self):
        tool = Waiting("--", "/bin/sh", "-c", f"{inferior_path('faults')} fatal; exit 4")
        self.assert_in_order(self.gdb_at(tool, "backtrace", "detach").text, *CRASH)
        self.assertEqual(tool.wait_for_exit(), 4)

    def test_results_in_a_file_and_the_invitation_on_the_terminal_too(self):
        path = pathlib.Path(self.scratch_directory()) / "report"
        tool = self.crashed("-o", path)
        self.assertIn(tool.address, path.read_text())
        self.lldb_at(tool, "process detach")
        self.assertEqual(tool.wait_for_exit(), DIED)

    def test_a_port_that_cannot_be_had(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            outcome = self.tool("run", "--on-crash=wait", f"--wait-port=localhost:{taken.getsockname()[1]}", "--", inferior_path("faults"), "fatal")
        self.assertEqual(outcome.status, DIED)  # the program's own, all the same
        self.assertRegex(outcome.err, r"\Aremora run: Can't bind address: Address already in use.*\n\Z")

    def test_slips_are_heard_of_before_the_program_runs(self):
        for options, words in ((["--wait-port", "nowhere"], "is no HOST:PORT"), (["--wait-port", "localhost:70000"], "is no HOST:PORT"),
                               (["--on-crash=wait,report"], "comes last")):
            outcome = self.tool("run", *options, "--", "/bin/echo", "has run")
            self.assertEqual((outcome.status, outcome.out), (TOOL_FAILED, ""))
            self.assertRegex(outcome.err, words)


if __name__ == "__main__":
    main()
