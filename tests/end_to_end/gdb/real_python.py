#!/usr/bin/python3
"""python3 with threads under gdb: stops in thread creation and sleep, all backtraces, and the right end."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
from debug_test import DebugTest, main
from servers import Server

SCRIPT = """
import threading, time
total = []
def work(number):
    for _ in range(3):
        time.sleep(0.002)
    total.append(number)
threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("total", sum(total))
raise SystemExit(len(total))
"""


class RealPython(DebugTest):
    def debug(self, *commands):
        self.server = Server.launching("/usr/bin/python3", "-c", SCRIPT, options=("--once",))
        return gdb_driver.run([f"target remote {self.server.remote}", "set breakpoint pending on", *commands],
                              "/usr/bin/python3")

    def test_thread_creation(self):
        gdb = self.debug("break pthread_create", *["continue"] * 6, "info breakpoints", "backtrace 2",
                         "info threads", "delete", "continue")
        self.assertIn("already hit 6 times", gdb.of("info breakpoints"))
        self.assertRegex(gdb.of("backtrace 2"), "pthread_create")
        self.assertIn("exited with code 06", gdb.text)
        self.server.wait_for("^total 15$")

    def test_sleeping_in_every_thread(self):
        gdb = self.debug("break clock_nanosleep", "continue", "backtrace 3", *["continue"] * 5,
                         "thread apply all backtrace 3", "finish", "delete", "continue")
        self.assertIn("clock_nanosleep", gdb.of("backtrace 3"))
        self.assertGreaterEqual(gdb.of("thread apply all backtrace 3").count("#0 "), 2)
        self.assertIn("exited with code 06", gdb.text)
        self.server.wait_for("^total 15$")


if __name__ == "__main__":
    main()
