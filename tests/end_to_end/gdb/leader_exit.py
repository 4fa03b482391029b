#!/usr/bin/python3
"""The first thread of the program ends before the others do."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import processes
from debug_test import DebugTest, main


class LeaderExit(DebugTest):
    def test_the_rest_can_be_debugged_to_the_end(self):
        gdb = self.gdb_on("leader_exits", "break survive", "continue", "backtrace", "info threads", "next",
                          "print survived", "continue", "print survived", "delete", "continue", arguments=(5,))
        self.assert_in_order(gdb.of("backtrace"), "survive", "outlive_leader")
        self.assertIn("= 1", gdb.of("print survived"))
        self.assertIn("= 1", gdb.of("print survived", 1))
        self.assertIn("exited with code 05", gdb.text)

    def test_attach_afterwards(self):
        inferior = self.inferior("leader_exits")
        processes.wait_until(lambda: processes.state_of(inferior.pid) == "Z", "end of the first thread")
        server = self.attach(inferior)
        gdb = self.gdb(server, "info threads", "break survive", "continue", "backtrace", "delete", "detach",
                       program="leader_exits")
        self.assert_in_order(gdb.of("backtrace"), "survive", "outlive_leader")
        survivor = processes.threads_of(inferior.pid)[-1]

        def of_survivor(field):
            return processes.status_field(inferior.pid, field, survivor)

        processes.wait_until(lambda: of_survivor("TracerPid") == "0", "end of tracing")
        before = of_survivor("voluntary_ctxt_switches")
        processes.wait_until(lambda: of_survivor("voluntary_ctxt_switches") != before, "progress")


if __name__ == "__main__":
    main()
