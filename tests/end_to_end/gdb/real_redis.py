#!/usr/bin/python3
"""redis-server is attached to under load, interrupted, resumed and let go; it serves on and the load completes."""

import os
import pathlib
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import processes
from debug_test import DebugTest, main
from gdb_driver import Session
from processes import Program
from servers import Server


class RealRedis(DebugTest):
    def setUp(self):
        super().setUp()
        for tool in ("redis-server", "redis-cli", "redis-benchmark"):
            self.require_tool(tool)
        self.socket = os.path.join(self.scratch_directory(), "redis.sock")
        self.redis = Program("redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "",
                             "--appendonly", "no", cwd=os.path.dirname(self.socket))
        self.redis.wait_for("ready to accept connections")

    def ask(self, *words):
        line = ["redis-cli", "-s", self.socket, *words]
        return subprocess.run(line, capture_output=True, timeout=10, check=False).stdout

    def answers(self):
        return self.ask("PING") == b"PONG\n"

    def requests_served(self):
        return next(int(line.split(b":")[1]) for line in self.ask("INFO", "stats").split()
                    if line.startswith(b"total_commands_processed:"))

    def wait_for_progress(self):
        before = self.requests_served()
        processes.wait_until(lambda: self.requests_served() > before + 100, "load on redis")

    def test_attach_interrupt_resume_detach(self):
        load = Program("redis-benchmark", "-s", self.socket, "-n", "150000", "-c", "20", "-q", "-t", "set,get")
        self.wait_for_progress()
        server = Server.attached_to(self.redis.pid, options=("--once",))
        gdb = Session("/usr/bin/redis-server")
        gdb.do(f"target remote {server.remote}")
        threads = processes.threads_of(self.redis.pid)
        self.assertEqual(gdb.do("info threads").count("LWP") or gdb.do("info threads").count("Thread "), len(threads))
        for _ in range(2):
            resumed = gdb.tell("continue")
            self.wait_for_progress()
            gdb.interrupt()
            self.assertIn("SIGINT", gdb.finish(resumed))
        self.assertIn("#0 ", gdb.do("backtrace"))
        gdb.do("break write")
        self.assertIn("Breakpoint 1", gdb.do("continue"))
        gdb.do("detach")
        server.wait_for_exit()
        self.assertTrue(self.answers())
        self.assertEqual(processes.patched_text(self.redis.pid), [])
        self.assertEqual(load.wait_for_exit(60), 0, load.text)
        self.assertNotIn("crashed by signal", self.redis.text)


if __name__ == "__main__":
    main()
