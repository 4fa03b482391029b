#!/usr/bin/python3
"""sqlite3 runs a script under gdb: breakpoints in its library, backtraces, values, and the right answer at the end."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
from debug_test import DebugTest, main
from servers import Server

SCRIPT = """
create table fish(name text, length integer);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
    insert into fish select 'fish' || i, i from n;
select sum(length) from fish;
"""


class RealSqlite(DebugTest):
    def debug(self, *commands):
        self.require_tool("sqlite3")
        self.server = Server.launching("/usr/bin/sqlite3", ":memory:", SCRIPT, options=("--once",))
        return gdb_driver.run([f"target remote {self.server.remote}", "set breakpoint pending on", *commands],
                              "/usr/bin/sqlite3")

    def test_breakpoints_in_the_library(self):
        gdb = self.debug("break sqlite3_step", "continue", "backtrace", "info sharedlibrary", "continue", "stepi",
                         "finish", "info breakpoints", "delete", "continue")
        self.assertIn("sqlite3_step", gdb.of("backtrace"))
        self.assertRegex(gdb.of("backtrace"), r"#1 ")
        self.assertRegex(gdb.of("info sharedlibrary"), r"libsqlite3\.so\.0")
        self.assertRegex(gdb.of("info breakpoints"), r"already hit [2-9] times")
        self.assertIn("exited normally", gdb.text)
        self.server.wait_for(r"^2001000$")

    def test_a_condition_on_a_function_of_libc(self):
        gdb = self.debug("break write if $rdi == 1", "continue", "backtrace", "x/s $rsi", "delete", "continue")
        self.assertIn("write", gdb.of("backtrace"))
        self.assertIn("2001000", gdb.of("x/s $rsi"))
        self.assertIn("exited normally", gdb.text)

    def test_many_hits(self):
        gdb = self.debug("break sqlite3_malloc64", "break sqlite3_free", "ignore 1 100000", "ignore 2 100000",
                         "continue", "info breakpoints")
        self.assertIn("exited normally", gdb.text)
        self.assertIn("already hit", gdb.of("info breakpoints"))
        self.server.wait_for(r"^2001000$")


if __name__ == "__main__":
    main()
