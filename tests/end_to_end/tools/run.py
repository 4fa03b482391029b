#!/usr/bin/python3
"""remora run: what it says of programs that crash is what gdb says of the core that it writes."""

import pathlib
import re
import signal
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
from debug_test import main
from tool_test import ToolTest, inferior_path

# Each way to crash is a function of its own; `crashes WAY`.
SOURCE = r"""
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#define CALLED __attribute__((noinline))
volatile int zero;
volatile int *volatile nowhere;
CALLED void segv(void) { *nowhere = 1; }
CALLED void bus(void) {
  FILE *empty = tmpfile();
  volatile char *page = mmap(0, 4096, PROT_READ, MAP_SHARED, fileno(empty), 0);
  zero = page[0];
}
CALLED void fpe(void) { zero = 4711 / zero; }
CALLED void ill(void) { __asm__ volatile("ud2"); }
CALLED void abrt(void) { abort(); }
CALLED void sys(void) { syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGSYS); }
CALLED int overflow(int depth) {
  volatile char room[4096];
  room[0] = (char)depth;
  return overflow(depth + 1) + room[0];
}
static void on_signal(int number) { (void)number; segv(); }
CALLED void in_handler(void) { signal(SIGUSR1, on_signal); raise(SIGUSR1); }
CALLED void call_null(void) { ((void (*)(void))nowhere)(); }
CALLED void corrupted(void) {
  volatile long room[2];
  for (int i = 0; i < 64; ++i) room[i] = 0x4141414141414141;
}
static pthread_barrier_t started;
static void *sleeps(void *unused) { pthread_barrier_wait(&started); for (;;) pause(); return unused; }
CALLED void among_threads(void) {
  pthread_barrier_init(&started, 0, 100);
  pthread_t thread;
  for (int i = 0; i < 99; ++i) pthread_create(&thread, 0, sleeps, 0);
  pthread_barrier_wait(&started);
  segv();
}
static void recover(int number) { (void)number; _exit(9); }
CALLED void handled(void) { signal(SIGSEGV, recover); segv(); }
struct { const char *name; void (*way)(void); } ways[] = {
  {"segv", segv}, {"bus", bus}, {"fpe", fpe}, {"ill", ill}, {"abrt", abrt}, {"sys", sys}, {"overflow", (void (*)(void))overflow},
  {"in_handler", in_handler}, {"call_null", call_null}, {"corrupted", corrupted}, {"among_threads", among_threads}, {"handled", handled},
};
int main(int argc, char **argv) {
  for (unsigned i = 0; i < sizeof ways / sizeof *ways; ++i)
    if (!strcmp(argv[1], ways[i].name)) ways[i].way();
  puts("lives on");
  return 3;
}
"""

WAYS = {"segv": "SIGSEGV", "bus": "SIGBUS", "fpe": "SIGFPE", "ill": "SIGILL", "abrt": "SIGABRT", "sys": "SIGSYS", "overflow": "SIGSEGV",
        "in_handler": "SIGSEGV", "call_null": "SIGSEGV", "corrupted": "SIGSEGV", "among_threads": "SIGSEGV"}


class Run(ToolTest):
    def crash(self, program, way, *options):
        core = pathlib.Path(self.scratch_directory()) / "core"
        outcome = self.tool("run", "--json", "--on-crash", "report,core", "--core-file", core, *options, "--", program, way)
        return outcome, core

    def frames_of_gdb(self, program, core):
        text = gdb_driver.run([f"core-file {core}", "backtrace 40"], program, 60).text
        text = text[text.rindex("#0 "):]  # core-file has shown the innermost one already
        return [found[1] for line in text.splitlines() if (found := re.match(r"#\d+ +(?:0x[0-9a-f]+ in )?([^ (]+)", line))]

    def frames_of_report(self, outcome):
        crash = outcome.objects("crash")[0]
        thread = next(thread for thread in crash["threads"] if thread["tid"] == crash["tid"])
        return [function["name"] for frame in thread["frames"] for function in (frame["functions"] or [{"name": "??"}])]

    # Names of frames that gdb and the unwinder give the same address otherwise are not compared: <signal handler called>.
    def assert_same_backtrace(self, program, outcome, core, depth=40):
        ours = [name.split("@")[0] for name in self.frames_of_report(outcome)]
        gdbs = self.frames_of_gdb(program, core)
        ours = [name for name in ours if "restore_rt" not in name][:depth]
        # gdb shows a function that has left by a jump too, although the stack knows nothing of it.
        gdbs = [name for name in gdbs if not name.startswith("<signal") and name != "__pthread_kill_internal"][:depth]
        if "??" in gdbs[1:]:  # of a stack that is no stack gdb shows whatever is there
            gdbs = gdbs[:gdbs.index("??", 1)]
        self.assertEqual(ours[:len(gdbs)], gdbs)

    def test_each_signal(self):
        program = self.compiled("crashes", SOURCE, "-O1", "-fno-stack-protector", "-fno-optimize-sibling-calls", "-pthread", "-w")
        for way, name in WAYS.items():
            with self.subTest(way=way):
                outcome, core = self.crash(program, way)
                number = getattr(signal, name)
                self.assertEqual(outcome.status, 128 + number, outcome.err)
                crash = outcome.objects("crash")[0]
                self.assertEqual((crash["signal"], crash["number"]), (name, number))
                self.assertTrue(outcome.objects("core"))
                self.assert_same_backtrace(program, outcome, core, 20)
                if way == "among_threads":
                    self.assertEqual(len(crash["threads"]), 100)

    def test_static_and_stripped(self):
        for flags in (["-static"], ["-s"], ["-static", "-s"]):
            with self.subTest(flags=flags):
                program = self.compiled("crashes", SOURCE, "-O1", "-fno-optimize-sibling-calls", "-pthread", "-w", *flags)
                outcome, core = self.crash(program, "fpe")
                self.assertEqual(outcome.status, 128 + signal.SIGFPE, outcome.err)
                if flags == ["-static"]:
                    self.assert_same_backtrace(program, outcome, core)
                else:
                    self.assertGreaterEqual(len(outcome.objects("crash")[0]["threads"][0]["frames"]), 2)

    def test_text_for_people(self):
        program = self.compiled("crashes", SOURCE, "-O1", "-fno-optimize-sibling-calls", "-pthread", "-w")
        outcome = self.tool("run", "--environment", "--", program, "segv", env={"ONE": "of these", "PATH": "/bin"})
        self.assertEqual(outcome.status, 128 + signal.SIGSEGV)
        self.assert_in_order(outcome.err, r"crashes \(process \d+\): SIGSEGV: address not mapped to object \(fault address: 0x0\)",
                             r"in thread \d+ \(crashes\) at crashes!segv", "registers", r"rip 0x", "code", r"=> 0x\w+  crashes!segv",
                             "which got the signal", r"#0 .* segv at .*crashes\.c:\d+", r"#1 .* main at .*crashes\.c:\d+", "memory", r"r-x .*crashes",
                             "environment", "ONE=of these")

    def test_a_handler_is_how_the_program_lives_with_it(self):
        program = self.compiled("crashes", SOURCE, "-O1", "-pthread", "-w")
        outcome = self.tool("run", "--json", "--", program, "handled")
        self.assertEqual((outcome.status, outcome.objects("crash")), (9, []))
        outcome = self.tool("run", "--json", "--on-signal", "SEGV", "--", program, "handled")
        self.assertEqual((outcome.status, outcome.objects("crash")[0]["signal"]), (9, "SIGSEGV"))

    def test_a_program_that_does_not_crash(self):
        outcome = self.tool("run", "--", inferior_path("exits"), "code", "42")
        self.assertEqual((outcome.status, outcome.err), (42, ""))
        outcome = self.tool("run", "--", "/bin/sh", "-c", "cat; kill -USR1 $$", stdin=subprocess.PIPE)
        self.assertEqual((outcome.status, outcome.err), (128 + signal.SIGUSR1, ""))

    def test_children_that_crash_are_told_of(self):
        outcome = self.tool("run", "--json", "--", "/bin/sh", "-c", "sh -c 'kill -SEGV $$'; exit 4")
        self.assertEqual((outcome.status, len(outcome.objects("crash"))), (4, 1))

    def test_a_core_that_cannot_be_written(self):
        program = self.compiled("crashes", SOURCE, "-O1", "-pthread", "-w")
        outcome = self.tool("run", "--on-crash", "core", "--core-file", "/no/such/core", "--", program, "segv")
        self.assertEqual(outcome.status, 128 + signal.SIGSEGV)
        self.assertRegex(outcome.err, r"\Aremora run: no core was written to /no/such/core: .*\n\Z")
        self.assertEqual(self.tool("run", "--on-signal", "SIGNONE", "--", program, "segv").status, 125)


if __name__ == "__main__":
    main()
