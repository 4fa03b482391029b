#!/usr/bin/python3
"""gdb with conditions and commands that the server evaluates, and the ways past a trap that nobody hears of."""

import pathlib
import re
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
import processes
from debug_test import DebugTest, main
from servers import inferior_path

IN_SERVER = "set breakpoint condition-evaluation target"
FIND_SYSCALL = """python
def syscalls_in(*names):
  for name in names:
    try: block = gdb.lookup_static_symbol(name) or gdb.parse_and_eval(name)
    except gdb.error: continue
    listing = gdb.execute(f"disassemble {name}", to_string=True)
    for line in listing.splitlines():
      if line.rstrip().endswith("syscall"): gdb.execute("break *" + line.replace("=>", "").split()[0] + " if 0")
end"""


class Conditions(DebugTest):
    def test_all_threads_pass_a_breakpoint_whose_condition_never_holds(self):
        gdb = self.gdb_on("meets_breakpoint", IN_SERVER, "break meet if thread_index == -1", "continue",
                          "info breakpoints", arguments=(8, 300))
        self.assertIn("exited normally", gdb.text)
        self.assertNotIn("already hit", gdb.of("info breakpoints"))

    def test_stops_exactly_where_the_condition_holds(self):
        gdb = self.gdb_on("meets_breakpoint", IN_SERVER, "break meet if thread_index == 3", "commands 1\nend",
                          *["continue"] * 25, "info breakpoints", "continue", arguments=(8, 25))
        stops = [gdb.of("continue", n) for n in range(25)]
        self.assertTrue(all("meet (thread_index=3)" in stop for stop in stops), gdb.text)
        self.assertIn("exited normally", gdb.of("continue", 25))

    def test_two_conditions_at_one_place(self):
        gdb = self.gdb_on("meets_breakpoint", IN_SERVER, "break meet if thread_index == 1", "break meet if thread_index == 2",
                          *["continue"] * 4, "delete", "continue", arguments=(4, 2))
        indexes = sorted(int(re.search(r"thread_index=(\d)", gdb.of("continue", n))[1]) for n in range(4))
        self.assertEqual(indexes, [1, 1, 2, 2])
        self.assertIn("exited normally", gdb.text)

    def test_a_condition_that_cannot_be_evaluated_stops(self):
        gdb = self.gdb_on("loops", IN_SERVER, "break main", "continue", "break *$pc", "condition 2 *(char*)0 == 1", "delete 1",
                          "info breakpoints")
        self.assertIn("*(char*)0", gdb.of("info breakpoints"))

    def test_hardware_breakpoints_and_watchpoints(self):
        gdb = self.gdb_on("meets_breakpoint", IN_SERVER, "hbreak meet if thread_index == 2", "continue", "delete",
                          "watch meetings if meetings > 20", "continue", "print meetings", "delete", "continue",
                          arguments=(4, 10))
        self.assertIn("meet (thread_index=2)", gdb.of("continue"))
        self.assertIn("exited normally", gdb.of("continue", 2))
        self.assertGreater(int(gdb.of("print meetings").split("=")[1]), 20)

    def test_dprintf_in_the_server_prints_at_every_hit_and_never_stops(self):
        server = self.launch("meets_breakpoint", 4, 25)
        gdb = self.gdb(server, "set dprintf-style agent", 'dprintf meet,"met by %ld\\n", thread_index', "continue",
                       program="meets_breakpoint")
        self.assertIn("exited normally", gdb.text)
        server.wait_for_exit()
        for thread in range(4):
            self.assertEqual(len(re.findall(rf"^met by {thread}$", server.text, re.MULTILINE)), 25, server.text)

    def test_dprintf_goes_on_after_the_client_has_gone(self):
        inferior = self.inferior("busy_threads")
        inferior.wait_for_global("threads_running", lambda count: count == 32)
        server = self.attach(inferior, options=())
        self.gdb(server, "set dprintf-style agent", "set disconnected-dprintf on", 'dprintf work,"worked\\n"',
                 "continue &", "interrupt", "disconnect", program="busy_threads")
        start = len(server.text)
        server.wait_for("^worked$", start)
        server.signal(signal.SIGTERM)
        server.wait_for_exit()
        self.assert_runs_untouched(inferior, "counters")
        self.assertEqual(inferior.global_value("signals_seen"), 0)

    def test_under_a_seccomp_filter_nothing_is_mapped_and_threads_take_turns(self):
        inferior = processes.Program(inferior_path("refuses_syscall"), 135, inferior_path("meets_breakpoint"), 4, 0)
        processes.wait_until(lambda: processes.executable_of(inferior.pid) == inferior_path("meets_breakpoint"), "exec")
        processes.wait_until(lambda: len(processes.threads_of(inferior.pid)) == 5, "threads")
        server = self.attach(inferior)
        gdb = self.gdb(server, IN_SERVER, "break meet if thread_index == 3", "continue", "continue", "info proc mappings",
                       "detach", program="meets_breakpoint")
        self.assertIn("meet (thread_index=3)", gdb.of("continue", 1))
        processes.wait_until(lambda: processes.tracer_of(inferior.pid) == 0, "end of tracing")
        self.assertEqual(processes.patched_text(inferior.pid), [])
        self.assertNotIn("t", {processes.state_of(inferior.pid, tid) for tid in processes.threads_of(inferior.pid)})

    def test_mappings_are_as_before_when_the_client_has_gone(self):
        inferior = self.inferior("meets_breakpoint", 8, 0)
        inferior.wait_for_global("meetings", lambda count: count > 0)
        ranges = self.code_ranges(inferior)
        server = self.attach(inferior)
        gdb = self.gdb(server, IN_SERVER, "break meet if thread_index == 3", "continue", "continue", "detach",
                       program="meets_breakpoint")
        self.assertIn("meet (thread_index=3)", gdb.of("continue", 1))
        self.assert_runs_untouched(inferior, "meetings")
        self.assertEqual(self.code_ranges(inferior), ranges)

    def code_ranges(self, inferior):
        with open(f"/proc/{inferior.pid}/maps", encoding="utf-8") as maps:
            return [line.split()[0] for line in maps if "x" in line.split()[1]]

    def test_threads_born_on_a_copied_system_call(self):
        gdb = self.gdb_on("meets_breakpoint", IN_SERVER, "break main", "continue", FIND_SYSCALL, "delete 1",
                          "break meet if thread_index == 0", "continue", "delete",
                          "python syscalls_in('__clone3', 'clone3', '__clone', 'clone', '__clone_internal')",
                          "info breakpoints", "continue", arguments=(8, 40))
        self.assertIn("stop only if 0", gdb.of("info breakpoints"), gdb.text)
        self.assertIn("exited normally", gdb.text)

    def test_children_born_on_a_copied_system_call(self):
        for way in ("fork", "vfork", "spawn"):
            with self.subTest(way):
                gdb = self.gdb_on("forks", IN_SERVER, "break main", "continue", FIND_SYSCALL,
                                  "python syscalls_in('_Fork', '__libc_fork', 'fork', 'vfork', '__vfork', '__clone', '__clone3', '__spawni')",
                                  "delete 1", "info breakpoints", "continue", arguments=(way, 10))
                self.assertIn("stop only if 0", gdb.of("info breakpoints"), gdb.text)
                self.assertIn("exited normally", gdb.of("continue", 1), gdb.text)


if __name__ == "__main__":
    main()
