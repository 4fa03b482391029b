#!/usr/bin/env python3
"""remora syscalls: the system calls that programs make. The witness is strace."""

import collections
import ctypes
import difflib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))

from processes import wait_until
from servers import server_path
from tool_test import ToolTest

ADDR_NO_RANDOMIZE = 0x40000
CALL = re.compile(r"(\w+)\((.*)\) += (\?|0x[0-9a-f]+|-?\d+)(?: (E[A-Z0-9]+))?")

# What each of these calls does with numbers, texts, flags and structures is known.
KNOWN_SOURCE = r"""
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(void) {
  int ends[2];
  pipe2(ends, O_CLOEXEC);
  write(ends[1], "a\n\"\0011", 5);
  struct pollfd fds[] = {{ends[0], POLLIN, 0}};
  poll(fds, 1, -1);
  char first[2], second[8];
  struct iovec parts[] = {{first, sizeof first}, {second, sizeof second}};
  readv(ends[0], parts, 2);
  openat(AT_FDCWD, "/does/not/exist", O_RDWR | O_CREAT | O_EXCL, 0640);
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  connect(udp, (struct sockaddr*)&in, sizeof in);
  struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "\0hidden"};
  bind(udp, (struct sockaddr*)&local, 9);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {EPOLLIN | EPOLLET, {.u64 = 0x1234}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
  struct sigaction action = {.sa_handler = SIG_IGN, .sa_flags = SA_RESTART};
  sigaddset(&action.sa_mask, SIGTERM);
  sigaction(SIGUSR1, &action, 0);
  kill(getpid(), SIGUSR1);
  nanosleep(&(struct timespec){0, 1000}, 0);
  mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int status;
  if (vfork() == 0) _exit(3);
  wait4(-1, &status, WUNTRACED, 0);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  lseek(ends[0], -5, SEEK_CUR);
  return 7;
}
"""
KNOWN = """\
pipe2([3, 4], O_CLOEXEC) = 0
write(4, "a\\n\\"\\0011", 5) = 5
poll([{fd=3, events=POLLIN, revents=POLLIN}], 1, -1) = 1
readv(3, [{iov_base="a\\n", iov_len=2}, {iov_base="\\"\\0011", iov_len=8}], 2) = 5
openat(AT_FDCWD, "/does/not/exist", O_RDWR|O_CREAT|O_EXCL, 0640) = -1 ENOENT (No such file or directory)
socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, IPPROTO_IP) = 5
connect(5, {sa_family=AF_INET, sin_port=htons(9), sin_addr="127.0.0.1"}, 16) = 0
bind(5, {sa_family=AF_UNIX, sun_path=@"hidden"}, 9) = -1 EINVAL (Invalid argument)
epoll_create1(EPOLL_CLOEXEC) = 6
epoll_ctl(6, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLET, data=0x1234}) = 0
rt_sigaction(SIGUSR1, {sa_handler=SIG_IGN, sa_mask=[TERM], sa_flags=SA_RESTORER|SA_RESTART}, NULL, 8) = 0
clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=0, tv_nsec=1000}, NULL) = 0
wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], WUNTRACED, NULL) = CHILD
fcntl(3, F_SETFL, O_RDONLY|O_NONBLOCK) = 0
lseek(3, -5, SEEK_CUR) = -1 ESPIPE (Illegal seek)
exit_group(7) = ?
+++ exited with 7 +++"""

# Calls itself on SIGINT and goes on, as an interactive program would; then ends when told to.
SURVIVES_SOURCE = r"""
#include <signal.h>
#include <unistd.h>
#include <sys/stat.h>
static void note(int signal) { (void)signal; }
int main(void) {
  signal(SIGTERM, note);
  char byte;
  write(1, "ready\n", 6);
  while (read(0, &byte, 1) != 1) continue;
  umask(022);                    /* wanted: fails with ENOSYS where nobody traces any more */
  return umask(022) == 022 ? 42 : 1;
}
"""


# What these return is an address, a process, a random number or a matter of time.
OWN_RESULTS = {"brk", "mmap", "mmap2", "mremap", "shmat", "getpid", "gettid", "getppid", "set_tid_address", "fork", "vfork", "clone", "clone3",
               "wait4", "getrandom", "futex", "rt_sigreturn", "exit", "exit_group", "getdents64"}


def outcome_of(name, result, error):
    return error or ("" if name in OWN_RESULTS or result == "?" else int(str(result), 0))


def strace_by_thread(lines):
    """The calls of each thread in their order: name, and the error or result."""
    calls, begun = collections.defaultdict(list), {}
    for line in lines:
        tid, rest = re.match(r"(\d+) +(.*)", line).groups()
        unfinished = re.match(r"(.*) <unfinished \.\.\.>$", rest)
        if unfinished:
            begun[tid] = unfinished[1]
            continue
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", rest)
        if resumed:
            rest = begun.pop(tid) + resumed[1]
        call = CALL.match(rest)
        if call:
            calls[tid].append((call[1], outcome_of(call[1], call[3], call[4])))
    return calls


class SyscallsTest(ToolTest):
    def both(self, *command):
        """What remora and strace see of the same command, by thread."""
        # Where memory lies decides how much more of it is asked for.
        options = {"preexec_fn": lambda: ctypes.CDLL(None).personality(ADDR_NO_RANDOMIZE)}
        folder = pathlib.Path(self.scratch_directory())
        ours = self.tool("syscalls", "--json", "-o", folder / "ours", "--", *command, **options)
        theirs = subprocess.run(["strace", "-f", "-qq", "-o", folder / "theirs", *map(str, command)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, **options)
        self.assertEqual((ours.status, ours.out), (theirs.returncode, theirs.stdout), ours.err)
        seen = collections.defaultdict(list)
        for line in (folder / "ours").read_text().splitlines():
            one = json.loads(line)
            if one["type"] == "syscall":
                seen[one["tid"]].append((one["name"], outcome_of(one["name"], one.get("result"), one.get("error"))))
        return sorted(seen.values(), key=str), sorted(strace_by_thread((folder / "theirs").read_text().splitlines()).values(), key=str)

    def assert_alike(self, ours, theirs):
        lines = [[f"{name} {error}" for thread in side for name, error in [("-- thread", "")] + thread] for side in (ours, theirs)]
        self.assertEqual(ours, theirs, "".join(f"{line}\n" for line in difflib.unified_diff(*lines, "remora", "strace", lineterm="", n=1)))

    longMessage = False

    def assert_same(self, *command):
        ours, theirs = self.both(*command)
        self.assert_alike(ours, theirs)
        return ours

    def test_same_calls_as_strace_in_ls(self):
        self.assertGreater(len(self.assert_same("ls", "-l", "/etc")[0]), 50)

    def test_same_calls_as_strace_in_sqlite(self):
        self.assert_same("sqlite3", ":memory:", "create table t(a); insert into t values (7); select a from t;")

    def test_same_calls_as_strace_in_a_static_program(self):
        self.assert_same(self.exact())

    def test_same_calls_as_strace_in_a_32_bit_program(self):
        self.assert_same(self.compiled("small", "#include <stdio.h>\nint main(void) { puts(\"out\"); return 3; }", "-m32"))

    def test_same_calls_as_strace_in_children(self):
        folder = pathlib.Path(self.scratch_directory())
        (folder / "hello.c").write_text("int main(void) { return 0; }")
        # How often random numbers are drawn for a name is left to them.
        ours, theirs = (sorted(([call for call in thread if call[0] != "getrandom"] for thread in side), key=str)
                        for side in self.both("gcc", "-c", "-o", "/dev/null", folder / "hello.c"))
        self.assert_alike(ours, theirs)
        self.assertGreaterEqual(len(ours), 3)

    def test_same_threads_as_strace_in_python(self):
        script = "import threading\nfor _ in range(4):\n  t = threading.Thread(target=list, args=(range(9),)); t.start(); t.join()"
        # Whether a futex has to be waited for is a matter of time, what memory is asked for one of where it lies.
        chance = {"futex", "mmap", "munmap", "mprotect", "brk", "madvise"}
        ours, theirs = (sorted(([call for call in thread if call[0] not in chance] for thread in side), key=str)
                        for side in self.both("/usr/bin/python3", "-B", "-c", script))
        self.assertEqual(len(ours), 5)
        self.assert_alike(ours, theirs)

    def test_arguments_in_words(self):
        program = self.compiled("known", KNOWN_SOURCE)
        outcome = self.tool("syscalls", "--", program)
        self.assertEqual(outcome.status, 7)
        lines = [re.sub(r"^\[pid \d+\] | <\d+\.\d+>$", "", line) for line in outcome.err.splitlines()]
        lines = [re.sub(r"(wait4\(.*\)) = \d+$", r"\1 = CHILD", line) for line in lines]
        known = KNOWN.splitlines()
        wanted = [line for line in lines if line in known]
        self.assertEqual(wanted, known, outcome.err)
        self.assertIn('execve("%s", ["%s"], environ) = 0' % (program, program), lines)
        self.assertTrue(any(re.match(r"--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=\d+, si_uid=0, si_status=3} ---", line)
                            for line in lines), outcome.err)

    def test_only_some_are_what_is_left_of_all(self):
        program = self.compiled("known", KNOWN_SOURCE)
        chosen = {"openat", "wait4", "connect"}
        everything = self.tool("syscalls", "--json", "--", program).objects("syscall")
        some = self.tool("syscalls", "--json", "--only", ",".join(chosen), "--", program)
        self.assertEqual(some.status, 7)
        short = lambda calls: [(one["name"], one.get("error"), one["arguments"][1]) for one in calls]
        self.assertEqual(short(some.objects("syscall")), short(one for one in everything if one["name"] in chosen))

    def test_other_calls_run_at_full_speed(self):
        # Under the filter nobody stops for a call that is not wanted, so nobody can see one either.
        program = self.compiled("known", KNOWN_SOURCE)
        def resumed(*options):
            tool = subprocess.run(["strace", "-e", "trace=ptrace", "-o", "/dev/stdout", server_path(), "syscalls", *options, "--", program],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60)
            self.assertEqual(tool.returncode, 7)
            return len(re.findall(r"ptrace\(PTRACE_(?:CONT|SYSCALL)", tool.stdout))
        self.assertLess(resumed("--only", "umask"), 15)
        self.assertGreater(resumed(), 80)

    def test_sets_and_their_opposites(self):
        program = self.compiled("known", KNOWN_SOURCE)
        names = lambda only: {one["name"] for one in self.tool("syscalls", "--json", "--only", only, "--", program).objects("syscall")}
        self.assertEqual(names("%network"), {"socket", "connect", "bind"})
        self.assertEqual(names("%network,umask") & {"openat", "socket"}, {"socket"})
        others = names("!%file,%network")
        self.assertTrue(others.isdisjoint({"openat", "execve", "connect"}), others)
        self.assertIn("pipe2", others)

    def test_children_are_left_alone(self):
        outcome = self.tool("syscalls", "--json", "--no-follow", "--only", "execve", "--", "sh", "-c", "/bin/true; exit 5")
        self.assertEqual(outcome.status, 5)
        self.assertEqual(len(outcome.objects("syscall")), 1)

    def test_summary(self):
        program = self.compiled("known", KNOWN_SOURCE)
        every = self.tool("syscalls", "--json", "--", program).objects("syscall")
        counted = collections.Counter(one["name"] for one in every)
        rows = self.tool("syscalls", "--summary", "--json", "--", program).objects("syscall_summary")
        self.assertEqual({row["name"]: row["calls"] for row in rows}, counted)
        self.assertEqual({row["name"]: row["errors"] for row in rows if row["errors"]},
                         collections.Counter(one["name"] for one in every if "error" in one))
        table = self.tool("syscalls", "--summary", "--", program).err
        self.assertRegex(table, r"\d+\.\d+ +\d+\.\d+ +\d+\.\d+ +1 +1 +bind\n")
        self.assertRegex(table, r"100\.00 .* total\n$")

    def started(self, *arguments, **options):
        tool = subprocess.Popen([server_path(), *map(str, arguments)], text=True, **options)
        self.addCleanup(lambda: (tool.kill(), tool.wait(), [stream.close() for stream in (tool.stdin, tool.stdout, tool.stderr) if stream]))
        return tool

    def test_a_process_that_waits_shows_what_for(self):
        reader = self.started_program("cat")
        waits = lambda: pathlib.Path(f"/proc/{reader.pid}/syscall").read_text().startswith("0 0x0 ")
        wait_until(waits, "cat reads its input")
        tool = self.started("syscalls", "--pid", reader.pid, stderr=subprocess.PIPE)
        self.assertEqual(tool.stderr.readline(), "read(0,  <unfinished ...>\n")
        reader.stdin.write(b"hello\n")
        reader.stdin.flush()
        self.assertRegex(tool.stderr.readline(), r'^<\.\.\. read resumed>"hello\\n", 131072\) = 6 <\d')
        self.assertEqual(reader.stdout.readline(), b"hello\n")
        tool.send_signal(signal.SIGINT)
        self.assertEqual(tool.wait(20), 128 + signal.SIGINT)
        reader.stdin.write(b"again\n")
        reader.stdin.flush()
        self.assertEqual(reader.stdout.readline(), b"again\n")

    def started_program(self, *command):
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(lambda: (program.kill(), program.wait(), program.stdin.close(), program.stdout.close()))
        return program

    def test_a_filtered_program_is_followed_to_its_end(self):
        # Without its tracer the calls that the filter stops would fail.
        program = self.compiled("survives", SURVIVES_SOURCE)
        tool = self.started("syscalls", "--only", "umask", "-o", "/dev/null", "--", program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(tool.stdout.readline(), "ready\n")
        tool.send_signal(signal.SIGTERM)
        child = pathlib.Path(f"/proc/{tool.pid}/task/{tool.pid}/children").read_text().strip()
        wait_until(lambda: "SigPnd:\t0000000000000000" in pathlib.Path(f"/proc/{child}/status").read_text(), "the signal has reached the program")
        tool.stdin.write("x")
        tool.stdin.flush()
        self.assertEqual(tool.wait(20), 42)

    def test_who_asks_twice_kills_a_filtered_program(self):
        program = self.compiled("survives", SURVIVES_SOURCE)
        tool = self.started("syscalls", "--only", "umask", "-o", "/dev/null", "--", program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(tool.stdout.readline(), "ready\n")
        child = int(pathlib.Path(f"/proc/{tool.pid}/task/{tool.pid}/children").read_text())

        def asked_again():
            tool.send_signal(signal.SIGTERM)
            return tool.poll() is not None
        wait_until(asked_again, "the tool has ended")
        self.assertFalse(os.path.exists(f"/proc/{child}"))

    def test_what_the_program_does_is_its_own(self):
        outcome = self.tool("syscalls", "-o", "/dev/null", "--", "sh", "-c", "kill -TERM $$")
        self.assertEqual(outcome.status, 128 + signal.SIGTERM)

    def test_refusals(self):
        self.assert_refuses(self.tool("syscalls", "--only", "opne", "--", "true"), 'no system call is called "opne"')
        self.assert_refuses(self.tool("syscalls", "--only", "%files", "--", "true"), "there are %file")
        self.assert_refuses(self.tool("syscalls", "--", "/does/not/exist"), "Cannot exec /does/not/exist")
        self.assert_refuses(self.tool("syscalls", "-o", "/does/not/exist", "--", "true"), "Cannot write /does/not/exist")
        self.assert_refuses(self.tool("syscalls", "--pid", 1 << 22), "there is none with that id")
        self.assert_refuses(self.tool("syscalls", "-o", "/dev/full", "--", "true"), "No space left on device")


if __name__ == "__main__":
    unittest.main()
