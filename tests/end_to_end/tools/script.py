#!/usr/bin/python3
"""remora script: breakpoints, watchpoints, steps, registers, memory and hooks, in Lua."""

import pathlib
import re
import signal
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
from debug_test import main
from processes import tracer_of, wait_until
from servers import server_path
from tool_test import ToolTest, inferior_path

GUESS = r"""
#include <stdio.h>
#include <stdlib.h>
__attribute__((noinline)) int check(int guess, int secret) {
  return guess == secret;
}
int main(int argc, char** argv) {
  if (argc > 1 && check(atoi(argv[1]), 4711)) {
    puts("right");
    return 0;
  }
  puts("wrong");
  return 1;
}
"""
# Calls step(0), step(1) ... and counts what they return; writes `sum` each time.
ROUNDS = r"""
#include <stdio.h>
#include <signal.h>
#include <unistd.h>
volatile long sum;
__attribute__((noinline)) long twice(long n) { return 2 * n; }
int main(void) {
  for (long i = 0; i < 1000; ++i) sum += twice(i);
  printf("%ld\n", sum);
  return 6;
}
"""
SIGNALS = r"""
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static volatile int seen;
static void note(int number) { (void)number; ++seen; }
int main(void) {
  signal(SIGUSR1, note);
  for (int i = 0; i < 3; ++i) raise(SIGUSR1);
  printf("%d\n", seen);
  fflush(stdout);
  raise(SIGTERM);
  return 0;
}
"""


class Script(ToolTest):
    def lua(self, text):
        path = pathlib.Path(self.scratch_directory()) / "script.lua"
        path.write_text(text)
        return path

    def run_script(self, text, *command, options=()):
        return self.tool("script", self.lua(text), *options, "--", *command)

    def test_guess_is_right_by_one_line(self):
        for flags in ((), ("-no-pie",), ("-static",)):
            program = self.compiled("guess", GUESS, "-O1", *flags)
            outcome = self.tool("script", "--break", "check", "--do", "rdi = rsi", "--", program, 1)
            self.assertEqual((outcome.status, outcome.out, outcome.err), (0, "right\n", ""), flags)

    def test_a_register_copied_each_time(self):
        # twice(n) gets the same number always: the breakpoint is armed again after each hit.
        program = self.compiled("rounds", ROUNDS, "-O1")
        outcome = self.run_script("""
            local hits = 0
            breakpoint("twice", function(t)
              hits = hits + 1
              t.rdi = 5
            end)
            on_exit(function(pid, status) emit{hits = hits, status = status} end)
        """, program, options=["--json"])
        self.assertEqual((outcome.status, outcome.out), (6, "10000\n"), outcome.err)
        self.assertEqual(outcome.objects("emit"), [{"v": 1, "type": "emit", "hits": 1000, "status": 6}])

    def test_sees_what_gdb_sees(self):
        program = self.compiled("rounds", ROUNDS, "-O1")
        outcome = self.run_script('breakpoint("twice", function(t) print(rip, rdi, rsp % 16, symbol(rip)) end)', program)
        text = gdb_driver.run(["set disable-randomization off", "python\nseen = []\nclass Seen(gdb.Breakpoint):\n  def stop(self):\n    seen.append(int(gdb.parse_and_eval('$rdi')))\n"
                               "    return False\nSeen('*twice')\ngdb.execute('run')\nprint('SEEN', seen)\nend"], program, 60).text
        seen = [int(number) for number in re.search(r"SEEN \[(.*)\]", text)[1].split(",")]
        lines = [line.split("\t") for line in outcome.err.splitlines()]
        self.assertEqual([int(line[1]) for line in lines], seen)
        self.assertEqual({tuple(line[2:]) for line in lines}, {("8", "rounds!twice")})

    def test_watchpoint(self):
        program = self.compiled("rounds", ROUNDS, "-O1")
        outcome = self.run_script("""
            local last, times = 0, 0
            watch("sum", 8, "write", function(t, at)
              local now = t:read_u64(at)
              assert(now >= last)
              last, times = now, times + 1
            end)
            on_exit(function() print(times, last) end)
        """, program)
        self.assertEqual((outcome.status, outcome.out, outcome.err), (6, "999000\n", "1000\t999000\n"))

    def test_steps_and_returns(self):
        program = self.compiled("rounds", ROUNDS, "-O1")
        outcome = self.run_script("""
            local id
            id = breakpoint("twice", function(t)
              remove(id)
              local before = rip
              t:step()
              print(rip > before, symbol(before))
              t:finish()
              print(symbol(rip):match("main") , rax)
              t.rax = 1000000
            end)
        """, program)
        self.assertEqual((outcome.status, outcome.out, outcome.err), (6, "1999000\n", "true\trounds!twice\nmain\t0\n"))

    def test_memory_and_symbols(self):
        program = self.compiled("guess", GUESS, "-O1")
        outcome = self.run_script("""
            breakpoint("puts", function(t)
              print(read_string(rdi), read(rdi, 2), read_u16(rdi) == 0x7277)
              t:write(rdi, "right\\0")
              print(address("check") == address("guess.c:4") or address("check") < address("guess.c:5"))
              print(#disassemble(address("check"), 2), pcall(read, 16, 8))
              print(backtrace()[2].symbol)
            end)
        """, program, 1)
        self.assertEqual((outcome.status, outcome.out), (1, "right\n"), outcome.err)
        lines = outcome.err.splitlines()
        self.assertEqual(lines[0], "wrong\twr\ttrue")
        self.assertEqual(lines[1], "true")
        self.assertRegex(lines[2], r"^2\tfalse\t.*cannot read 8 bytes at 0x10: there is no memory at 0x10$")
        self.assertRegex(lines[3], r"main")

    def test_system_calls(self):
        outcome = self.run_script("""
            on_syscall("openat", function(t, entering)
              if entering and read_string(rsi):match("group") then rsi = 0 end
              if not entering and rax == -14 then print("EFAULT") end
            end)
        """, "/usr/bin/python3", "-S", "-c", "try: open('/etc/group')\nexcept OSError as error: print(error.errno)")
        self.assertEqual((outcome.status, outcome.out, outcome.err), (0, "14\n", "EFAULT\n"))

    def test_signals(self):
        program = self.compiled("signals", SIGNALS)
        outcome = self.run_script("""
            local times = 0
            on_signal("USR1", function(t, signal)
              times = times + 1
              print(signal)
              if times == 2 then return "drop" end
            end)
            on_exit(function(pid, status, signal) print(status, signal) end)
        """, program)
        self.assertEqual((outcome.status, outcome.out), (128 + signal.SIGTERM, "2\n"), outcome.err)
        self.assertEqual(outcome.err, "SIGUSR1\n" * 3 + "143\tSIGTERM\n")

    def test_threads_of_python(self):
        source = "import threading, os\nts = [threading.Thread(target=lambda: [os.getpid() for _ in range(50)]) for _ in range(4)]\n[t.start() for t in ts]\n[t.join() for t in ts]\n"
        outcome = self.run_script("""
            local seen = {}
            breakpoint("libc!getpid", function(t) seen[t.tid] = (seen[t.tid] or 0) + 1 end)
            on_exit(function()
              local counts = {}
              for _, count in pairs(seen) do if count == 50 then counts[#counts + 1] = count end end
              print(#counts)
            end)
        """, "/usr/bin/python3", "-c", source)
        self.assertEqual((outcome.status, outcome.err), (0, "4\n"))

    def test_children_have_the_hooks_too(self):
        outcome = self.run_script('breakpoint("libc!getenv", function(t) end)\non_exit(function(pid, status) print(status) end)',
                                  "/bin/sh", "-c", "/bin/sh -c 'exit 3'; exit 4")
        self.assertEqual((outcome.status, outcome.err.splitlines()[-1]), (4, "4"))
        self.assertIn("3", outcome.err.splitlines())

    def test_a_32_bit_program(self):
        program = self.compiled("guess", GUESS, "-O1", "-m32")
        outcome = self.tool("script", "--break", "check", "--do", "write_u32(esp + 4, read_u32(esp + 8))", "--", program, 1)
        self.assertEqual((outcome.status, outcome.out, outcome.err), (0, "right\n", ""))

    def test_mistakes_name_their_line_and_leave_the_program_alone(self):
        program = self.compiled("rounds", ROUNDS, "-O1")
        outcome = self.run_script('local x\nbreakpoint("twice", function(t)\n  x.y = 1\nend)', program)
        self.assertEqual((outcome.status, outcome.out), (125, "999000\n"))
        self.assertRegex(outcome.err, r"^remora script: .*script\.lua:3: attempt to index a nil value")
        for text, words in (("breakpoint(", r"script\.lua:1: .*expected|unexpected"), ('breakpoint("nowhere", print)', r'script\.lua:1: no "nowhere"'),
                            ('on_syscall("raed", print)', 'no system call "raed"'), ('on_signal("NONE", print)', 'no signal "NONE"'),
                            ("rax = 1", "outside of hooks"), ("breakpoint(16, print)", "no code at 0x10"), ("error('own')", "own")):
            self.assert_refuses(self.run_script(text, program), words)
        self.assert_refuses(self.tool("script", "/no/such.lua", "--", program), "Cannot read the script /no/such.lua")
        self.assert_refuses(self.tool("script", "--do", "rax = 1", "--", program), "before it")
        self.assert_refuses(self.tool("script", "--break", "twice", "--", program), "say --do")
        self.assert_refuses(self.tool("script", "--break", "twice", "--do", "rax =", "--", program), "unexpected symbol")

    def test_stop_lets_the_program_go_on_alone(self):
        program = self.compiled("rounds", ROUNDS, "-O1")
        outcome = self.run_script('local n = 0\nbreakpoint("twice", function() n = n + 1; if n == 3 then print(n); stop() end end)', program)
        self.assertEqual((outcome.status, outcome.out, outcome.err), (6, "999000\n", "3\n"))

    def test_a_running_process_and_an_endless_script(self):
        inferior = self.inferior("counts_forever")
        tool = subprocess.Popen([server_path(), "script", str(self.lua('print("begun")\nwhile true do pcall(function() while true do end end) end')), "--pid", str(inferior.pid)],
                                stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (tool.kill(), tool.wait(), tool.stderr.close()))
        self.assertEqual(tool.stderr.readline(), "begun\n")
        tool.send_signal(signal.SIGINT)
        tool.wait(20)
        wait_until(lambda: tracer_of(inferior.pid) == 0, "the tool has let go")
        self.assert_runs_untouched(inferior, "counter")


if __name__ == "__main__":
    main()
