#!/usr/bin/python3
"""remora dump: what it is applied to goes on, during and after, as if nothing had been; and so do files, whatever goes wrong."""

import contextlib
import os
import pathlib
import pty
import resource
import signal
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import processes
from cores import Core
from debug_test import main
from processes import Inferior, Program
from servers import Server, inferior_path, server_path
from tool_test import ToolTest

# Looks out for anything that a stranger could cause: children, signals, calls that come back. Large enough to be met while
# it is written. `wary MEGABYTES`; SIGUSR1 has it execute itself anew.
WARY = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
volatile long rounds, strangers, child_signals, came_back, size;
volatile char *ballast;
static char **self;
static int ends[2];
static void on_child(int number) { (void)number; child_signals = child_signals + 1; }
static void on_request(int number) {
  (void)number;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
  execv("/proc/self/exe", self);
}
static void *waits(void *unused) {
  struct epoll_event event;
  const int file = epoll_create1(0);
  for (;; came_back = came_back + 1) epoll_wait(file, &event, 1, -1);
  return unused;
}
static void *reads(void *unused) {
  char byte;
  for (;; came_back = came_back + 1)
    if (read(ends[0], &byte, 1) == 0) exit(9);
  return unused;
}
static void *sleeps(void *unused) {
  for (;; came_back = came_back + 1) sleep(1000);
  return unused;
}
int main(int argc, char **argv) {
  alarm(120);
  self = argv;
  size = atol(argv[argc - 1]) << 20;
  ballast = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (long i = 0; i < size; i += 4096) ballast[i] = (char)(1 + i / 4096 % 250);
  if (pipe(ends) != 0) return 1;
  signal(SIGCHLD, on_child);
  signal(SIGUSR1, on_request);
  pthread_t thread;
  pthread_create(&thread, 0, waits, 0);
  pthread_create(&thread, 0, reads, 0);
  pthread_create(&thread, 0, sleeps, 0);
  puts("ready");
  fflush(stdout);
  for (;; rounds = rounds + 1)
    if (waitpid(-1, 0, WNOHANG) != -1 || errno != ECHILD) strangers = strangers + 1;
}
"""

# Spins inside a restartable sequence, rseq(2), which the kernel ends whenever the thread has been off its processor.
RESTARTABLE = r"""
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/rseq.h>
#include <unistd.h>
volatile long rounds;
int main(void) {
  alarm(120);
  if (__rseq_size == 0) return puts("none");
  struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
  puts("ready");
  fflush(stdout);
  for (;; rounds = rounds + 1)
    __asm__ volatile(
        ".pushsection __rseq_cs, \"aw\"; .balign 32\n"
        "7: .long 0, 0; .quad 1f, 2f - 1f, 4f\n"
        ".popsection\n"
        "lea 7b(%%rip), %%rax; mov %%rax, %0\n"
        "1: jmp 1b\n"
        "2: jmp 5f\n"
        ".long 0x53053053\n"
        "4: jmp 5f\n"
        "5:\n"
        : "=m"(area->rseq_cs) : : "rax", "memory");
}
"""

# Its only thread waits in a call that every stop ends.
WAITING = r"""
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>
volatile long came_back;
int main(void) {
  alarm(120);
  struct epoll_event event;
  const int file = epoll_create1(0);
  puts("ready");
  fflush(stdout);
  for (;; came_back = came_back + 1) epoll_wait(file, &event, 1, -1);
}
"""

# Waits for the child of its vfork, which ends when its input does.
VFORKS = r"""
#define _GNU_SOURCE
#include <unistd.h>
volatile long rounds;
int main(void) {
  char byte;
  alarm(120);
  if (vfork() == 0) _exit((int)read(0, &byte, 1));
  for (;;) rounds = rounds + 1;
}
"""

MEGABYTES = 300


class Unharmed(ToolTest):
    def setUp(self):
        super().setUp()
        self.directory = self.scratch_directory()
        self.path = os.path.join(self.directory, "core")

    def wary(self, *arguments, megabytes=MEGABYTES):
        program = Inferior(self.compiled("wary", WARY, "-O1", "-pthread", "-w"), *arguments, megabytes)
        program.wait_for("ready")
        return program

    def held(self, program, *options, through=()):
        """The tool, stopped in the middle of its writing; where that is over before we look, another time."""
        before = pathlib.Path(self.path).read_text() if os.path.exists(self.path) else None
        for _ in range(20):
            tool = Program(*through, server_path(), "dump", "--json", "--pid", program.pid, "-o", self.path, *options, separate_stdout=True)
            processes.wait_until(lambda: self.written() > 64 << 10 or tool.has_exited(), "writing", 60)
            with contextlib.suppress(ProcessLookupError):
                tool.signal(signal.SIGSTOP)
            processes.wait_until(lambda: processes.state_of(tool.pid) == "T" or tool.has_exited(), "stop of the tool")
            if not tool.has_exited() and 0 < self.written() < MEGABYTES << 19:
                return tool
            with contextlib.suppress(ProcessLookupError):
                tool.signal(signal.SIGCONT)
            tool.wait_for_exit(60)
            os.unlink(self.path)
            if before is not None:
                pathlib.Path(self.path).write_text(before)
        raise processes.Missed("the tool is always too quick")

    def written(self):
        """Bytes of the file that is to become the core."""
        with contextlib.suppress(FileNotFoundError):
            return sum(os.stat(os.path.join(self.directory, name)).st_blocks * 512 for name in os.listdir(self.directory) if "." in name)
        return 0

    def children_of(self, program):
        found = []
        for tid in processes.threads_of(program.pid):
            with open(f"/proc/{program.pid}/task/{tid}/children", encoding="ascii") as children:
                found += [int(child) for child in children.read().split()]
        return found

    def assert_unharmed(self, program, children=0, came_back=True):
        self.assert_runs_untouched(program, "rounds")
        self.assertEqual(len(self.children_of(program)), children)
        for name in ("strangers", "child_signals", "came_back")[:3 if came_back else 2]:
            self.assertEqual(program.global_value(name), 0, name)

    def assert_core_is_whole(self, program_path, ballast):
        core = Core(self.path)
        self.addCleanup(core.close)
        for page in range(0, MEGABYTES << 8, 997):
            self.assertEqual(core.memory(ballast + 4096 * page, 1)[0], 1 + page % 250)

    def test_goes_on_while_it_is_written(self):
        program = self.wary()
        tool = self.held(program)
        self.assert_unharmed(program, children=1)
        copy, = self.children_of(program)
        self.assertEqual((processes.state_of(copy), processes.tracer_of(copy)), ("t", tool.pid))
        self.assertEqual(os.listdir(f"/proc/{copy}/fd"), [])
        self.assertEqual(pathlib.Path(f"/proc/{copy}/oom_score_adj").read_text().strip(), "1000")
        tool.signal(signal.SIGCONT)
        self.assertEqual(tool.wait_for_exit(60), 0)
        self.assert_unharmed(program)
        self.assert_core_is_whole(program.path, program.global_value("ballast"))
        self.assertEqual(os.listdir(self.directory), ["core"])

    def test_interrupted(self):
        program = self.wary()
        pathlib.Path(self.path).write_text("what was there")
        for options in ((), ("--no-copy",)):
            tool = self.held(program, *options)
            tool.signal(signal.SIGINT)
            tool.signal(signal.SIGCONT)
            self.assertEqual(tool.wait_for_exit(60), 128 + signal.SIGINT)
            self.assertRegex(tool.lines.wait_for_end(), r"^remora dump: no core was written to .*: interrupted\n$")
            self.assertEqual(os.listdir(self.directory), ["core"])
            self.assertEqual(pathlib.Path(self.path).read_text(), "what was there")
            self.assert_unharmed(program)

    def test_the_tool_is_killed(self):
        program = self.wary()
        tool = self.held(program)
        copy, = self.children_of(program)
        tool.signal(signal.SIGKILL)
        tool.wait_for_exit(60)
        processes.wait_until(lambda: processes.is_gone(copy), "end of the copy")
        self.assert_unharmed(program, children=1)  # nobody is left who could have it forget that

    def test_the_copy_is_killed(self):
        program = self.wary()
        tool = self.held(program)
        os.kill(self.children_of(program)[0], signal.SIGKILL)
        tool.signal(signal.SIGCONT)
        self.assertEqual(tool.wait_for_exit(60), 125)
        self.assertRegex(tool.lines.wait_for_end(), "killed the copy")
        self.assertEqual(os.listdir(self.directory), [])
        self.assert_unharmed(program)

    def test_the_program_ends_meanwhile(self):
        program = self.wary()
        ballast = program.global_value("ballast")
        tool = self.held(program)
        copy, = self.children_of(program)
        program.end()
        tool.signal(signal.SIGCONT)
        self.assertEqual((tool.wait_for_exit(60), tool.lines.wait_for_end()), (0, ""))
        self.assertTrue(processes.is_gone(copy))
        self.assert_core_is_whole(program.path, ballast)

    def test_the_program_becomes_another_one_meanwhile(self):
        program = self.wary()
        ballast = program.global_value("ballast")
        tool = self.held(program)
        start = len(program.text)
        program.signal(signal.SIGUSR1)
        program.wait_for("ready", start)
        tool.signal(signal.SIGCONT)
        self.assertEqual(tool.wait_for_exit(60), 0)
        self.assertEqual(self.children_of(program), [])
        self.assert_runs_untouched(program, "rounds")
        self.assert_core_is_whole(program.path, ballast)

    def test_stopped_by_job_control(self):
        program = self.wary()
        tool = self.held(program)
        program.signal(signal.SIGSTOP)
        processes.wait_until(lambda: processes.state_of(program.pid) == "T", "stop")
        tool.signal(signal.SIGCONT)
        self.assertEqual(tool.wait_for_exit(60), 0)
        self.assertEqual((processes.state_of(program.pid), self.children_of(program)), ("T", []))
        outcome = self.tool("dump", "--json", "--pid", program.pid, "-o", self.path)
        self.assertEqual(outcome.status, 0, outcome.err)
        self.assertFalse(outcome.objects("core")[0]["copied"])
        processes.wait_until(lambda: processes.state_of(program.pid) == "T", "stop again")
        program.signal(signal.SIGCONT)
        self.assert_unharmed(program, came_back=False)  # SIGCONT alone has epoll_wait(2) come back

    def test_a_restartable_sequence_stays_one(self):
        program = Inferior(self.compiled("restartable", RESTARTABLE, "-O1"))
        program.wait_for("ready|none")
        if "none" in program.text:
            self.skipTest("the C library registers no rseq")
        for _ in range(5):
            self.assertEqual(self.tool("dump", "--pid", program.pid, "-o", self.path).status, 0)
            before = program.global_value("rounds")
            program.signal(signal.SIGSTOP)
            processes.wait_until(lambda: processes.state_of(program.pid) == "T", "stop")
            program.signal(signal.SIGCONT)
            program.wait_for_global("rounds", lambda rounds: rounds > before)

    def test_calls_that_a_stop_ends_are_made_again(self):
        program = Inferior(self.compiled("waiting", WAITING, "-O1"))
        program.wait_for("ready")
        for _ in range(5):
            processes.wait_until(lambda: processes.state_of(program.pid) == "S", "sleep")
            self.assertEqual(self.tool("dump", "--pid", program.pid, "-o", self.path).status, 0)
        self.assertEqual(program.global_value("came_back"), 0)
        self.assertEqual(self.children_of(program), [])

    def test_a_thread_that_does_not_stop(self):
        path = self.compiled("vforks", VFORKS, "-O1", "-w")
        program = Program(path, stdin=subprocess.PIPE)
        processes.wait_until(lambda: processes.state_of(program.pid) == "D" and processes.executable_of(program.pid) == str(path), "vfork")
        self.assert_refuses(self.tool("dump", "--pid", program.pid, "-o", self.path), r"thread \d+ .* does not stop: .*vfork; try again later")
        self.assertEqual(os.listdir(self.directory), [])
        program.process.stdin.close()
        before = processes.read_global(program.pid, str(path), "rounds")
        processes.wait_until(lambda: processes.read_global(program.pid, str(path), "rounds") > before, "progress")
        self.assertEqual(processes.tracer_of(program.pid), 0)

    def test_again_and_again(self):
        program = self.wary(megabytes=1)
        for _ in range(30):
            self.assertEqual(self.tool("dump", "--pid", program.pid, "-o", self.path).status, 0)
        self.assert_unharmed(program)

    def assert_fails(self, program, words, *options, **how):
        pathlib.Path(self.path).write_text("what was there")
        self.assert_refuses(self.tool("dump", "--pid", program.pid, "-o", self.path, *options, **how), words)
        self.assertEqual(pathlib.Path(self.path).read_text(), "what was there")
        self.assertEqual(os.listdir(self.directory), ["core"])
        self.assert_unharmed(program)

    def test_files_that_take_no_more(self):
        program = self.wary(megabytes=20)
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        for options in ((), ("--no-copy",)):
            self.assert_fails(program, "no core was written to .*File too large; make room", *options, preexec_fn=limit)

    def test_a_disk_that_is_full(self):
        program = self.wary(megabytes=20)
        script = f'mount -t tmpfs -o size=1m none "{self.directory}" && cd "{self.directory}" && "$0" dump --pid {program.pid} -o core; echo $? $(ls -A)'
        outcome = subprocess.run(["unshare", "--mount", "sh", "-c", script, server_path()], check=False, capture_output=True, text=True, timeout=60)
        if outcome.stdout == "" or "mount" in outcome.stderr:
            self.skipTest("nothing can be mounted here")
        self.assertEqual(outcome.stdout, "125\n")  # and no file
        self.assertRegex(outcome.stderr, r"^remora dump: no core was written to core: .*No space left on device; make room.*\n$")
        self.assert_unharmed(program)

    def test_refusals(self):
        program = self.wary(megabytes=1)
        for path, words in (("/no/such/core", "No such file"), ("/dev/null", "no regular file"), (self.directory + "/", "no name of a file")):
            self.assert_refuses(self.tool("dump", "--pid", program.pid, "-o", path), f"no core was written to {path}.*{words}")
        nobody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", server_path()]
        os.chmod(self.directory, 0o777)
        refused = subprocess.run([*nobody, "dump", "--pid", str(program.pid), "-o", self.path], check=False, capture_output=True, text=True)
        self.assertEqual(refused.returncode, 125)
        self.assertRegex(refused.stderr, r"^remora dump: cannot attach to process \d+: Operation not permitted; .*\n$")
        traced = self.inferior("counts_forever")
        server = Server.attached_to(traced.pid)
        self.assert_refuses(self.tool("dump", "--pid", traced.pid, "-o", self.path), rf"already traced by process {server.pid}")
        self.assert_refuses(self.tool("dump", "--pid", 2 ** 22 + 1, "-o", self.path), "there is none with that id")
        self.assert_refuses(self.tool("dump", "--pid", processes.threads_of(program.pid)[1], "-o", self.path), "it is a thread of process")
        self.assertEqual(self.tool("dump").status, 125)
        self.assertEqual(os.listdir(self.directory), [])
        self.assert_unharmed(program)

    def test_progress_on_a_terminal(self):
        program = self.wary()
        ours, theirs = pty.openpty()
        tool = self.held(program, through=("/bin/sh", "-c", f'exec "$0" "$@" 2>{os.ttyname(theirs)}'))
        begin = time.monotonic()
        processes.wait_until(lambda: time.monotonic() > begin + 0.6, "time to tell")
        tool.signal(signal.SIGCONT)
        self.assertEqual(tool.wait_for_exit(60), 0)
        self.assertRegex(os.read(ours, 4096).decode(), r"\r\d+ MiB, \d+/s")
        os.close(ours)
        os.close(theirs)


if __name__ == "__main__":
    main()
