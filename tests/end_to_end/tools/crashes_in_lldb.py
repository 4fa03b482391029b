#!/usr/bin/python3
"""remora run: its backtrace of the thread that crashes is lldb's of the core that it writes."""

import json
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import lldb_driver
from crash_programs import Crash
from crash_test import FRAMES, CrashTest, comparable, of_report
from debug_test import main

SUPPORT = pathlib.Path(__file__).resolve().parents[2] / "support"


class CrashesInLldb(CrashTest):
    builds = ["pie", "optimized", "static", "stripped", "i386", "bare", "uncaught", "uses_library"]
    crashes = [
        *(Crash("pie", way, name) for way, name in (("segv", "SIGSEGV"), ("abrt", "SIGABRT"), ("overflows", "SIGSEGV"),
                                                    ("in_handler", "SIGSEGV"), ("on_own_stack", "SIGSEGV"), ("in_string", "SIGSEGV"))),
        Crash("optimized", "inlined", "SIGSEGV"),
        Crash("optimized", "in_callback", "SIGSEGV"),
        Crash("static", "in_thread", "SIGSEGV"),
        Crash("stripped", "fpe", "SIGFPE"),
        Crash("i386", "in_handler", "SIGSEGV"),
        Crash("bare", "framed", "SIGSEGV"),
        Crash("bare", "pushes", "SIGSEGV"),
        Crash("uncaught", "x", "SIGABRT"),
        Crash("uses_library", "x", "SIGSEGV"),
    ]

    def of_lldb(self, program, core):
        text = lldb_driver.run(["settings set symbols.enable-external-lookup true", f"target create --core {core} {program}", f"command script import {SUPPORT}/inside_lldb.py",
                                f"script inside_lldb.print_backtrace({FRAMES})"])
        return json.loads(re.search(r"^backtrace (.*)$", text, re.MULTILINE)[1])

    def test_the_thread_that_crashes(self):
        for number, crash in self.built(self.crashes):
            with self.subTest(build=crash.build, way=crash.way):
                program, core, report = self.crash(crash, number)
                thread = next(thread for thread in report["threads"] if thread["tid"] == report["tid"])
                self.assertEqual(comparable(of_report(thread)), comparable(self.of_lldb(program, core)))


if __name__ == "__main__":
    main()
