#!/usr/bin/python3
"""A server that leads a session has the terminal: programs that it let go outlive it all the same."""

import contextlib
import fcntl
import os
import pathlib
import signal
import sys
import termios

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import processes
from debug_test import DebugTest, main
from processes import wait_until
from servers import Server, inferior_path


class Terminal(DebugTest):
    def serve_on_terminal(self, *arguments):
        """A server whose standard input is the terminal of the session that it leads."""
        ours, theirs = os.openpty()
        self.addCleanup(os.close, ours)
        server = Server(*arguments, stdin=theirs, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(theirs)
        return server, lambda: os.tcgetpgrp(ours)

    def let_go(self, server):
        with contextlib.closing(server.connect()) as client:
            client.negotiate()
            self.assertRegex(client.ask("?"), "^T")
            self.assertEqual(client.ask(f"D;{server.inferior:x}"), "OK")

    def assert_counts(self, pid, name):
        def count():
            self.assertFalse(processes.is_gone(pid), "it died with the server")
            return processes.read_global(pid, inferior_path(name), "counter")

        before = count()
        wait_until(lambda: count() != before, "progress")

    def test_program_that_was_let_go(self):
        server, foreground = self.serve_on_terminal("--once", "localhost:0", inferior_path("counts_forever"))
        self.assertEqual(foreground(), server.inferior)
        self.let_go(server)
        self.assertEqual(server.wait_for_exit(), 0)
        self.assert_counts(server.inferior, "counts_forever")

    def test_child_of_a_program_that_has_ended(self):
        server, foreground = self.serve_on_terminal("--multi", "localhost:0", inferior_path("leaves_child"))
        self.let_go(server)
        child = int(server.wait_for(r"child (\d+)")[1])
        wait_until(lambda: processes.is_gone(server.inferior), "end of the parent")
        self.assertEqual(foreground(), os.getpgid(child))
        server.signal(signal.SIGTERM)
        server.wait_for_exit()
        self.assert_counts(child, "leaves_child")


if __name__ == "__main__":
    main()
