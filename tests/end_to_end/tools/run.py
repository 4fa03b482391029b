#!/usr/bin/python3
"""remora run: what it says of programs that crash, and what it leaves as it is."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from crash_programs import SOURCES
from debug_test import main
from tool_test import ToolTest, inferior_path

FLAGS = ["-g", "-O1", "-fno-optimize-sibling-calls", "-pthread", "-w"]
DIED = 128 + signal.SIGSEGV
# A second thread sleeps while the first reads address 0.
PYTHON_CRASH = """
import ctypes, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
ctypes.string_at(0)
"""
VFORKS = """
#define _GNU_SOURCE
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) void crashes(void) { *(volatile int *)0 = 1; }
int main(void) {
  int status = 0;
  if (vfork() == 0) crashes();
  wait(&status);
  return WTERMSIG(status);
}
"""


class Run(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="remora-test-"))
        cls.ways = pathlib.Path(folder) / "ways"
        subprocess.run(["gcc", *FLAGS, SOURCES / "ways.c", "-o", cls.ways], check=True)

    def crash_of(self, outcome):
        crash, = outcome.objects("crash")
        return crash, [function["name"] for thread in crash["threads"] if thread["tid"] == crash["tid"]
                       for frame in thread["frames"] for function in frame["functions"]]

    def test_text_for_people(self):
        outcome = self.tool("run", "--environment", "--", self.ways, "segv", env={"ONE": "of these", "PATH": "/bin"})
        self.assertEqual(outcome.status, 128 + signal.SIGSEGV)
        self.assert_in_order(outcome.err, r"ways \(process \d+\): SIGSEGV: address not mapped to object \(fault address: 0x0\)",
                             r"in thread \d+ \(ways\) at ways!segv", "registers", r"rip 0x", "code", r"=> 0x\w+  ways!segv",
                             "which got the signal", r"#0 .* segv at .*ways\.c:\d+", r"#1 .* main at .*ways\.c:\d+", "memory", r"r-x .*ways",
                             "environment", "ONE=of these")

    def test_a_handler_is_how_the_program_lives_with_it(self):
        outcome = self.tool("run", "--json", "--", self.ways, "handled")
        self.assertEqual((outcome.status, outcome.objects("crash")), (9, []))
        outcome = self.tool("run", "--json", "--on-signal", "SEGV", "--", self.ways, "handled")
        crash, functions = self.crash_of(outcome)
        self.assertEqual((outcome.status, crash["signal"]), (9, "SIGSEGV"))
        self.assertEqual(functions[:2], ["segv", "handled"])  # the handler has not run yet

    def test_a_program_that_does_not_crash(self):
        outcome = self.tool("run", "--", inferior_path("exits"), "code", "42")
        self.assertEqual((outcome.status, outcome.err), (42, ""))
        outcome = self.tool("run", "--", "/bin/sh", "-c", "cat; kill -USR1 $$", stdin=subprocess.PIPE)
        self.assertEqual((outcome.status, outcome.err), (128 + signal.SIGUSR1, ""))

    def test_children_that_crash_are_told_of(self):
        outcome = self.tool("run", "--json", "--", "/bin/sh", "-c", "sh -c 'kill -SEGV $$'; exit 4")
        self.assertEqual((outcome.status, len(outcome.objects("crash"))), (4, 1))

    def test_a_child_that_crashes_in_its_parents_memory(self):
        program = self.compiled("vforks", VFORKS)
        outcome = self.tool("run", "--json", "--", program, timeout=20)
        self.assertEqual(outcome.status, signal.SIGSEGV)
        self.assertEqual(self.crash_of(outcome)[1][:2], ["crashes", "main"])

    def test_other_signals_by_name_and_number(self):
        raises = inferior_path("raises")
        outcome = self.tool("run", "--json", "--on-signal", "SIGUSR1,12", "--", raises, 10, 12, 10)
        self.assertEqual((outcome.status, [one["signal"] for one in outcome.objects("crash")]), (3, ["SIGUSR1", "SIGUSR2", "SIGUSR1"]))
        outcome = self.tool("run", "--json", "--on-signal", "USR2", "--", raises, 10, 12, 10)
        self.assertEqual([one["signal"] for one in outcome.objects("crash")], ["SIGUSR2"])
        self.assert_refuses(self.tool("run", "--on-signal", "SIGNONE", "--", raises), "no signal \"SIGNONE\"")

    def test_a_program_that_cannot_be_started(self):
        self.assert_refuses(self.tool("run", "--", "/no/such/program"), "Cannot exec /no/such/program: .*No such file")
        self.assert_refuses(self.tool("run", "--", "/etc/passwd"), "Cannot exec /etc/passwd: .*Permission denied")

    # What cannot be done about a crash changes nothing about the program's end.
    def test_a_core_that_cannot_be_written(self):
        outcome = self.tool("run", "--on-crash", "core", "--core-file", "/no/such/core", "--", self.ways, "segv")
        self.assertEqual(outcome.status, DIED)
        self.assertRegex(outcome.err, r"\Aremora run: no core was written to /no/such/core: .*\n\Z")

    @unittest.skipUnless(os.geteuid() == 0, "only root may mount a small file system")
    def test_a_core_that_the_disk_has_no_room_for(self):
        disk = pathlib.Path(self.scratch_directory())
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        (disk / "core").write_text("an older one")
        outcome = self.tool("run", "--on-crash", "core", "--core-file", disk / "core", "--", self.ways, "segv")
        self.assertEqual(outcome.status, DIED)
        self.assertRegex(outcome.err, r"\Aremora run: no core was written to .*: No space left on device.*\n\Z")
        self.assertEqual((disk / "core").read_text(), "an older one")
        self.assertEqual(os.listdir(disk), ["core"])

    def test_without_its_debug_file_there_are_still_names(self):
        program, debug = self.compiled("split", "int main(void) { return *(volatile int *)0; }"), pathlib.Path(self.scratch_directory()) / "split.debug"
        for command in (["objcopy", "--only-keep-debug", program, debug], ["objcopy", "--strip-debug", f"--add-gnu-debuglink={debug}", program]):
            subprocess.run(command, check=True)
        outcome = self.tool("run", "--", program)
        self.assertRegex(outcome.err, r"#0 .* main from .*/split")
        debug.rename(program.with_name("split.debug"))
        outcome = self.tool("run", "--", program)
        self.assertRegex(outcome.err, r"#0 .* main at .*split\.c:1")

    def test_real_programs_that_do_not_crash(self):
        for command in (["/bin/ls", "-l", "/usr"], ["sqlite3", ":memory:", "select 6 * 7"], ["python3", "-c", "import os; os._exit(5)"]):
            if shutil.which(command[0]):
                alone = subprocess.run(command, capture_output=True, text=True, check=False)
                outcome = self.tool("run", "--", *command)
                self.assertEqual((outcome.status, outcome.out, outcome.err), (alone.returncode, alone.stdout, alone.stderr))

    def test_real_programs_that_crash(self):
        outcome = self.tool("run", "--json", "--no-maps", "--", "/usr/bin/python3", "-c", "import os; os.abort()")
        self.assertEqual(outcome.status, 128 + signal.SIGABRT)
        self.assertIn("abort", self.crash_of(outcome)[1][2])
        outcome = self.tool("run", "--json", "--no-maps", "--", "/usr/bin/python3", "-c", PYTHON_CRASH)
        self.assertEqual(outcome.status, DIED)
        crash, functions = self.crash_of(outcome)
        self.assertEqual(len(crash["threads"]), 2)
        self.assertIn("strlen", functions[0])

    def test_a_compiler_whose_assembler_crashes(self):
        folder = pathlib.Path(self.scratch_directory())
        (folder / "as").write_text(f"#!/bin/sh\nexec {self.ways} segv\n")
        (folder / "as").chmod(0o755)
        (folder / "empty.c").write_text("")
        command = ["gcc", f"-B{folder}/", "-c", folder / "empty.c", "-o", folder / "empty.o"]
        outcome = self.tool("run", "--json", "--no-maps", "--", *command)
        self.assertEqual(outcome.status, subprocess.run(command, capture_output=True, check=False).returncode)
        self.assertRegex(outcome.err, "Segmentation fault signal terminated program as")
        self.assertEqual(self.crash_of(outcome)[1][0], "segv")


if __name__ == "__main__":
    main()
