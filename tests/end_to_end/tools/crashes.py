#!/usr/bin/python3
"""remora run: its backtraces of programs that crash are gdb's of the core that it writes, for every thread."""

import itertools
import json
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import crash_programs
import gdb_driver
from crash_test import FRAMES, CrashTest, comparable, of_report
from debug_test import main

INSIDE_GDB = pathlib.Path(__file__).resolve().parents[2] / "support" / "inside_gdb.py"


class Crashes(CrashTest):
    def of_gdb(self, program, core):
        text = gdb_driver.run([f"core-file {core}", f"source {INSIDE_GDB}", f"python print_backtraces({FRAMES})"], program, 60).text
        return {int(tid): frames for tid, frames in json.loads(re.search(r"^backtraces (.*)$", text, re.MULTILINE)[1]).items()}

    # Two differences are allowed, both where gdb shows what is no stack. One whose return address is nonsense ends in the
    # report, with the reason; gdb goes on with frames that nobody has called. And gdb loses its way in functions without
    # unwind information that have pushed something: there the report knows more.
    def assert_same(self, thread, gdbs, crash):
        ours, gdbs = comparable(of_report(thread)), comparable(gdbs)
        same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(ours, gdbs)))
        if ours == gdbs:
            return
        if crash.beyond and same < len(ours):
            self.assertEqual([name for _, name, *_ in ours[same:same + len(crash.beyond)]], crash.beyond, gdbs)
            self.assertEqual(ours[-1][1], "start")
            return
        self.assertEqual(ours, gdbs[:len(ours)], thread["ends"])
        self.assertEqual({name for _, name, *_ in gdbs[len(ours):]}, {"??"}, gdbs)
        self.assertIn("in no module", thread["ends"])

    def test_every_thread_of_every_program(self):
        for number, crash in self.built(crash_programs.CRASHES):
            with self.subTest(build=crash.build, way=crash.way):
                program, core, report = self.crash(crash, number)
                gdbs = self.of_gdb(program, core)
                core.unlink()
                self.assertEqual({thread["tid"] for thread in report["threads"]}, set(gdbs))
                for thread in report["threads"]:
                    self.assert_same(thread, gdbs[thread["tid"]], crash)


if __name__ == "__main__":
    main()
