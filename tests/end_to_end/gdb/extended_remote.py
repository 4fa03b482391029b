#!/usr/bin/python3
"""target extended-remote: run, restart, kill, attach, detach, leave, all over one connection."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
import processes
from debug_test import DebugTest, main
from servers import Server, inferior_path


class ExtendedRemote(DebugTest):
    def extended(self, *commands, program=None):
        self.server = Server.multi()
        path = program and inferior_path(program)
        before = [f"target extended-remote {self.server.remote}", *([f"set remote exec-file {path}"] if path else [])]
        return gdb_driver.run([*before, *commands], path)

    def test_run_and_run_again(self):
        gdb = self.extended("break inner", "run", "backtrace", "continue", "run", "kill", "info inferiors", "delete",
                            "run", program="calls_deep")
        self.assert_in_order(gdb.of("backtrace"), r"inner \(value=8\)", r"main \(\)")
        self.assertIn("exited with code 052", gdb.of("continue"))
        self.assertIn("Breakpoint 1, inner", gdb.of("run", 1))
        self.assertIn("<null>", gdb.of("info inferiors"))
        self.assertIn("exited with code 052", gdb.of("run", 2))

    def test_arguments_environment_and_directory(self):
        gdb = self.extended("set cwd /usr", "set environment REMORA_TEST two words", "run one 'and two'", "run",
                            "unset environment REMORA_TEST", "run", program="shows_arguments")
        self.assertIn("exited with code 02", gdb.of("run one 'and two'"))
        self.server.wait_for(r"argument \[one\]\nargument \[and two\]\ndirectory \[/usr\]\nvariable \[two words\]")
        self.server.wait_for(r"variable \[unset\]")

    def test_attach_and_detach(self):
        inferior = self.inferior("counts_forever")
        gdb = self.extended(f"attach {inferior.pid}", "break count_once", "continue", "backtrace", "detach",
                            f"attach {inferior.pid}", "detach", program="counts_forever")
        self.assert_in_order(gdb.of("backtrace"), "count_once", "main")
        self.assert_runs_untouched(inferior, "counter")

    def test_failures_are_told(self):
        gdb = self.extended("attach 2147480000", "set remote exec-file /nowhere/at/all", "run", "info inferiors")
        self.assertRegex(gdb.of("attach 2147480000"), r"(?i)attach.*fail|no such|cannot attach|not exist")
        self.assertRegex(gdb.of("run"), r"(?i)fail|no such|cannot")
        self.assertFalse(self.server.has_exited())

    def test_the_server_stays_for_the_next_client(self):
        first = self.extended("run", program="exits")
        self.assertIn("exited normally", first.text)
        again = gdb_driver.run([f"target extended-remote {self.server.remote}",
                                f"set remote exec-file {inferior_path('exits')}", "run code 9"], inferior_path("exits"))
        self.assertIn("exited with code 011", again.text)

    def test_a_program_run_here_ends_with_gdb(self):
        gdb = self.extended("break count_once", "run", "info inferiors", program="counts_forever")
        self.assertIn("process", gdb.of("info inferiors"))
        processes.wait_until(lambda: len(processes.descendants()) == 1, "end of the program")

    def test_monitor_exit_ends_the_server(self):
        self.extended("monitor exit")
        self.server.wait_for_exit()

    def test_processes_are_listed(self):
        inferior = self.inferior("counts_forever")
        gdb = self.extended("info os processes", "info os", "info os nonsense")
        self.assertRegex(gdb.of("info os processes"), rf"(?m)^{inferior.pid} .*counts_forever")
        self.assert_in_order(gdb.of("info os"), "cpus", "files", "modules", "msg", "processes", "procgroups",
                             "semaphores", "shm", "sockets", "threads")
        self.assertIn("Empty data returned", gdb.of("info os nonsense"))

    def test_machine_is_shown_in_tables(self):
        inferior = self.inferior("counts_forever")
        tables = ("cpus", "files", "procgroups", "sockets", "threads", "shm", "semaphores", "msg", "modules")
        gdb = self.extended(*[f"info os {table}" for table in tables])
        rows = {"cpus": r"\d+ ", "files": rf"{inferior.pid} +counts_forever +\d+ +\S+",
                "procgroups": rf"\d+ +\S.* {inferior.pid} +\S*/counts_forever",
                "sockets": rf"127\.0\.0\.1 +{self.server.port} +127\.0\.0\.1 +\d+ +ESTABLISHED +\S+ +INET +STREAM",
                "threads": rf"{inferior.pid} +counts_forever +{inferior.pid} +\d+"}
        for table, row in rows.items():
            self.assertRegex(gdb.of(f"info os {table}"), rf"(?m)^{row}")


if __name__ == "__main__":
    main()
