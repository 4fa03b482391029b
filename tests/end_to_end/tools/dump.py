#!/usr/bin/python3
"""remora dump: its cores say what gcore's do, whatever kind of program it is, and hold one moment of it."""

import os
import pathlib
import re
import struct
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import elf
import gdb_driver
import lldb_driver
import processes
from cores import Core
from debug_test import main
from processes import Inferior, Program
from tool_test import ToolTest, inferior_path

NT_PRPSINFO, NT_AUXV, NT_FILE = 3, 6, 0x46494C45

# Threads that stand still, each in a few functions of its own, and memory whose bytes are known.
STEADY = r"""
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#define CALLED __attribute__((noinline))
char known[1 << 20];
char *forkless, *wiped, *large;
static pthread_barrier_t started;
CALLED int rest(int number) { pause(); return number; }
CALLED int sink(int depth) { return depth == 0 ? rest(depth) : sink(depth - 1) + depth; }
static void *sinks(void *depth) { pthread_barrier_wait(&started); sink((int)(long)depth); return depth; }
static char *pages(size_t size, int advice) {
  char *got = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (size_t i = 0; i < size; i += 4096) got[i] = (char)(7 + i / 4096);
  if (advice) madvise(got, size, advice);
  return got;
}
int main(int argc, char **argv) {
  for (unsigned i = 0; i < sizeof known; ++i) known[i] = (char)(i * 31 >> 3);
  forkless = pages(8 * 4096, MADV_DONTFORK);
  wiped = pages(8 * 4096, MADV_WIPEONFORK);
  if (argc > 1) large = pages(32 << 20, MADV_DONTFORK);
  pthread_barrier_init(&started, 0, 4);
  pthread_t thread;
  for (long i = 1; i < 4; ++i) pthread_create(&thread, 0, sinks, (void *)i);
  pthread_barrier_wait(&started);
  puts("ready");
  fflush(stdout);
  sink(5);
  return argv[0][0];
}
"""

# Goes through many pages again and again, and gives each the number of the round.
ROUNDS = r"""
#include <pthread.h>
#include <stdio.h>
#define PAGES 4096
struct { volatile unsigned long round; char rest[4088]; } pages[PAGES];
volatile unsigned long left, right;
static void *go_round(void *unused) {
  for (unsigned long round = 1;; ++round)
    for (int i = 0; i < PAGES; ++i) {
      left = left + 1;
      pages[i].round = round;
      right = right + 1;
    }
  return unused;
}
int main(void) {
  pthread_t thread;
  pthread_create(&thread, 0, go_round, 0);
  while (pages[PAGES - 1].round < 2) continue;
  puts("ready");
  fflush(stdout);
  pthread_join(thread, 0);
}
"""

# Some of its memory is to be filled by itself when it is first touched.
WATCHED_MEMORY = r"""
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
  alarm(120);
  const int file = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
  struct uffdio_api api = {.api = UFFD_API};
  void *memory = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct uffdio_register area = {{(unsigned long)memory, 1 << 20}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  const int watched = file >= 0 && ioctl(file, UFFDIO_API, &api) == 0 && ioctl(file, UFFDIO_REGISTER, &area) == 0;
  puts(watched ? "ready" : "none");
  fflush(stdout);
  for (;;) pause();
}
"""

STACKS = "thread apply all -q backtrace"
REGISTERS = "thread apply all -q info all-registers"


# gdb 13 looks for these where the processors of one maker have them, in the cores that it writes too.
def without_avx512(text):
    return re.sub(r"(?m)^(k\d|zmm\d+|[xy]mm(1[6-9]|2\d|3[01])) .*\n?", "", text)


def mapped_files(note):
    """Begin, end, offset in bytes and name of each."""
    count, unit = struct.unpack_from("<QQ", note)
    names = note[16 + 24 * count:].split(b"\0")
    return [(*struct.unpack_from("<QQ", note, 16 + 24 * i), struct.unpack_from("<Q", note, 32 + 24 * i)[0] * unit, names[i]) for i in range(count)]


class Dump(ToolTest):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.scratch_directory(), "core")

    def dumped(self, pid, *options, **how):
        outcome = self.tool("dump", "--json", "--pid", pid, "-o", self.path, *options, **how)
        self.assertEqual((outcome.status, outcome.err), (0, ""))
        core = Core(self.path)
        self.addCleanup(core.close)
        return outcome.objects("core")[0], core

    def gcore(self, pid):
        self.require_tool("gcore")
        path = os.path.join(self.scratch_directory(), "gcore")
        subprocess.run(["gcore", "-o", path, str(pid)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return f"{path}.{pid}"

    def ready(self, name, source, *arguments, flags=()):
        program = Inferior(self.compiled(name, source, "-O0", "-pthread", *flags), *arguments)
        program.wait_for("ready")
        return program

    # Every thread has come to its call; what it does until then differs from one moment to the next.
    def asleep(self, program):
        processes.wait_until(lambda: all(processes.state_of(program.pid, tid) == "S" for tid in processes.threads_of(program.pid)), "sleep")
        return program

    def gdb_says(self, program, core, *commands):
        output = gdb_driver.run([f"core-file {core}", *commands], program, 60)
        self.assertNotIn("warning: Section", output.text)
        return [re.sub(r"\bThread 0x\w+ ", "", output.of(command)).strip() for command in commands]

    def address(self, program, name):
        return processes.address_of(program.pid, program.path, name)

    def test_agrees_with_gcore(self):
        for flags in ([], ["-static"]):
            with self.subTest(flags=flags):
                program = self.asleep(self.ready("steady", STEADY, flags=flags))
                theirs = self.gcore(program.pid)
                told, core = self.dumped(program.pid)
                self.assertEqual((told["copied"], told["threads"], told["unreadable"], told["zombie_left"]), (True, 4, 0, ""))
                looks = [STACKS, REGISTERS, "info threads", "x/4096xb known", "x/256xb $sp", "info auxv", "info proc"]
                ours_says, theirs_says = (self.gdb_says(program.path, path, *looks) for path in (self.path, theirs))
                ours_says[1], theirs_says[1] = (without_avx512(text) for text in (ours_says[1], theirs_says[1]))
                self.assertEqual(len(re.findall(r"in sink \(depth=", ours_says[0])), 6 + 2 + 3 + 4)
                for look, ours, other in zip(looks, ours_says, theirs_says):
                    self.assertEqual(ours, other, look)
                self.assert_same_content(core, Core(theirs))

    def assert_same_content(self, core, other):
        self.addCleanup(other.close)
        self.assertEqual(core.threads(), other.threads())
        self.assertEqual(*(dict(one.notes())[NT_AUXV] for one in (core, other)))
        self.assertEqual(*(mapped_files(dict(one.notes())[NT_FILE]) for one in (core, other)))
        compared = 0
        for segment in other.segments:
            if segment.kind != 1 or segment.file_bytes == 0:
                continue
            ours, theirs = (one.memory(segment.address, segment.file_bytes) for one in (core, other))
            if ours is None:
                continue  # gcore also keeps what files have
            compared += len(theirs)
            # rseq(2): the kernel notes there on which processor a thread runs.
            different = [at for at in range(0, len(theirs), 4096) if ours[at:at + 4096] != theirs[at:at + 4096]]
            self.assertLessEqual(len(different), 1, f"{segment.address:x}: {different}")
        self.assertGreater(compared, 1 << 20)

    def test_lldb_sees_what_it_sees_in_gcores(self):
        self.require_tool("lldb-19")
        program = self.asleep(self.ready("steady", STEADY))
        theirs = self.gcore(program.pid)
        self.dumped(program.pid)
        found = []
        for path in (self.path, theirs):
            text = lldb_driver.run([f"target create --core {path} {program.path}", "thread backtrace all", "memory read -c 64 &known"])
            self.assertIn("was loaded", text)
            text = text[text.index("(lldb) thread backtrace"):]
            found.append((re.findall(r"frame #\d+: .*", text), re.findall(r"(?m)^0x\w+: .*", text)))
        self.assertEqual(*found)
        self.assertGreater(len([frame for frame in found[0][0] if "sink" in frame]), 10)
        self.assertEqual(len(found[0][1]), 4)

    def test_programs_that_people_run(self):
        ready = "print('ready', flush=True)"
        threads = f"import threading\nfor i in range(3): threading.Thread(target=threading.Event().wait).start()\n{ready}"
        for line in (["/usr/bin/python3", "-c", threads], ["/bin/sh", "-c", "echo ready; read nothing"]):
            with self.subTest(line[0]):
                program = Program(*line, stdin=subprocess.PIPE)
                program.wait_for("ready")
                self.asleep(program)
                theirs = self.gcore(program.pid)
                told, core = self.dumped(program.pid)
                self.assertTrue(told["copied"], told)
                path = os.readlink(f"/proc/{program.pid}/exe")
                self.assertEqual(*(self.gdb_says(path, core, STACKS)[0] for core in (self.path, theirs)))
                program.end()

    def test_one_moment_of_a_program_that_never_rests(self):
        program = self.ready("rounds", ROUNDS)
        pages, left, right = (self.address(program, name) for name in ("pages", "left", "right"))
        for _ in range(5):
            told, core = self.dumped(program.pid)
            self.assertTrue(told["copied"], told)
            rounds = [struct.unpack("<Q", core.memory(pages + 4096 * i, 8))[0] for i in range(4096)]
            steps = [i for i in range(1, 4096) if rounds[i] != rounds[i - 1]]
            self.assertLessEqual(len(steps), 1, rounds)
            if steps:
                self.assertEqual(rounds[0], rounds[-1] + 1)
            left_now, right_now = (struct.unpack("<Q", core.memory(at, 8))[0] for at in (left, right))
            self.assertIn(left_now - right_now, (0, 1))

    def test_memory_that_forks_do_not_get(self):
        program = self.asleep(self.ready("steady", STEADY))
        _, core = self.dumped(program.pid)
        for name in ("forkless", "wiped"):
            at = program.global_value(name)
            self.assertEqual([core.memory(at + 4096 * i, 1)[0] for i in range(8)], list(range(7, 15)), name)
        large = self.asleep(self.ready("steady", STEADY, "large"))
        told, core = self.dumped(large.pid)
        self.assertFalse(told["copied"])
        self.assertRegex(told["why_not"], "32 MiB .* madvise")
        at = large.global_value("large")
        self.assertEqual(core.memory(at + (16 << 20), 1)[0], (7 + 4096) & 0xff)

    def test_memory_that_userfaultfd_watches(self):
        program = Inferior(self.compiled("watched_memory", WATCHED_MEMORY, "-O0"))
        if program.wait_for("ready|none")[0] == "none":
            self.skipTest("no userfaultfd here")
        told, _ = self.dumped(program.pid)
        self.assertEqual((told["copied"], told["why_not"]), (False, "userfaultfd watches its memory"))

    def test_programs_that_cannot_be_forked(self):
        filtered = Program(inferior_path("refuses_syscall"), 157, inferior_path("counts_forever"))  # any: prctl
        counts = os.path.realpath(inferior_path("counts_forever"))
        processes.wait_until(lambda: processes.executable_of(filtered.pid) == counts, "exec")
        told, core = self.dumped(filtered.pid)
        self.assertEqual((told["copied"], core.wide), (False, True))
        self.assertIn("seccomp", told["why_not"])
        if os.path.exists(inferior_path("counts_forever_32")):
            narrow = self.inferior("counts_forever_32")
            told, core = self.dumped(narrow.pid)
            self.assertEqual((told["copied"], core.wide), (False, False))
            self.assertIn("32-bit", told["why_not"])
            self.assertRegex(self.gdb_says(narrow.path, self.path, "backtrace")[0], r"#\d+ .*\bmain \(")
            self.assert_runs_untouched(narrow, "counter")

    def test_no_more_processes_are_allowed(self):
        program = Program("/usr/bin/prlimit", "--nproc=1:1", "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                          inferior_path("counts_forever"))
        counts = os.path.realpath(inferior_path("counts_forever"))
        processes.wait_until(lambda: processes.executable_of(program.pid) == counts, "exec")
        told, _ = self.dumped(program.pid)
        self.assertFalse(told["copied"])
        self.assertIn("Resource temporarily unavailable", told["why_not"])
        outcome = self.tool("dump", "--pid", program.pid, "-o", self.path)
        self.assertRegex(outcome.out, r"The process stood still all the time, \d+\.\d ms: it cannot be forked: Resource")

    def test_a_leader_that_has_exited(self):
        program = self.inferior("leader_exits")
        processes.wait_until(lambda: processes.state_of(program.pid) == "Z", "end of the leader")
        told, core = self.dumped(program.pid)
        self.assertEqual((told["copied"], told["threads"]), (True, 1))
        self.assertNotIn(program.pid, core.threads())
        self.assertEqual(told["zombie_left"], "")
        survived = elf.read(program.path).symbol("survived").address
        before = core.memory(survived, 8)
        processes.wait_until(lambda: self.dumped(program.pid)[1].memory(survived, 8) != before, "progress")

    def test_many_threads(self):
        program = Inferior(inferior_path("busy_threads"), 200)
        processes.wait_until(lambda: len(processes.threads_of(program.pid)) >= 200, "threads")
        told, core = self.dumped(program.pid)
        self.assertTrue(told["copied"], told)
        self.assertEqual(core.threads()[0], program.pid)
        self.assertEqual(sorted(core.threads()), processes.threads_of(program.pid))

    def test_in_another_pid_namespace(self):
        if subprocess.run(["unshare", "--pid", "--fork", "true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no pid namespaces here")
        outer = Program("/usr/bin/unshare", "--pid", "--fork", "--kill-child", inferior_path("counts_forever"))
        counts = os.path.realpath(inferior_path("counts_forever"))
        inner = processes.wait_until(lambda: next((pid for pid in processes.descendants() if processes.executable_of(pid) == counts), None), "exec")
        told, _ = self.dumped(inner)
        self.assertEqual((told["copied"], told["zombie_left"]), (True, ""))
        with open(f"/proc/{inner}/task/{inner}/children", encoding="ascii") as children:
            self.assertEqual(children.read(), "")
        outer.end()

    def test_options(self):
        program = self.inferior("counts_forever")
        directory = self.scratch_directory()
        outcome = self.tool("dump", program.pid, cwd=directory)
        self.assertRegex(outcome.out, rf"Saved core\.{program.pid}: [\d.]+ KiB of memory and 1 thread\b")
        self.assertRegex(outcome.out, r"\nThe process stood still for \d+\.\d ms, and one thread of it for \d+\.\d ms at the end\n$")
        self.assertEqual(os.listdir(directory), [f"core.{program.pid}"])
        self.assertEqual(os.stat(os.path.join(directory, f"core.{program.pid}")).st_mode & 0o777, 0o600)
        told, _ = self.dumped(program.pid, "--no-copy")
        self.assertEqual((told["copied"], told["why_not"]), (False, "--no-copy"))
        told, _ = self.dumped(program.pid, "--core-limit", 8192)
        self.assertLessEqual(told["bytes"], 8192)
        self.assertGreater(told["over_limit"], 0)
        self.assert_runs_untouched(program, "counter")


if __name__ == "__main__":
    main()
