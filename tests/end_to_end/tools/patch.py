#!/usr/bin/python3
"""remora patch: a check is jumped over, a call left out, a constant changed; in programs at fixed and at random places."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import main
from processes import patched_text, read_memory, tracer_of, wait_until
from tool_test import TOOL_FAILED, ToolTest

GUESS = """
#include <stdio.h>
#include <stdlib.h>
__attribute__((noinline)) int check(int guess) {
  return guess == 4711;
}
__attribute__((noinline)) void punish(void) { puts("punished"); }
int main(int argc, char **argv) {
  if (!check(atoi(argv[1]))) {
    punish();
    puts("wrong");
    return 1;
  }
  puts("right");
  return 0;
}
"""


LINES = """#include <stdio.h>
#include <stdlib.h>
__attribute__((noinline)) int check(int guess, int secret) {
  int same = guess == secret;
  return same;
}
int main(int argc, char** argv) {
  if (argc > 1 && check(atoi(argv[1]), 4711)) {
    puts("right"); return 0;
  }
  puts("wrong");
  return 1;
}
"""


class Patch(ToolTest):
    def builds(self):
        for flags in (["-no-pie"], ["-pie", "-fPIE"], ["-static"]):
            with self.subTest(flags=flags):
                yield self.compiled("guess", GUESS, "-O0", *flags)

    # f: b8 01 00 00 00 c3   mov $1, %eax; ret
    def test_bytes(self):
        for program in self.builds():
            outcome = self.tool("patch", "--write", "check=b801000000c3", "--", program, "1")
            self.assertEqual((outcome.status, outcome.out), (0, "right\n"), outcome.err)
            self.assertRegex(outcome.err, r"(?s)- 0x\w+  guess!check .*\+ 0x\w+  guess!check .*movl \$1, %eax")

    def test_jump_over_a_check(self):
        for program in self.builds():
            line = 1 + next(i for i, text in enumerate(GUESS.splitlines()) if "punish();" in text and "void" not in text)
            right = 1 + next(i for i, text in enumerate(GUESS.splitlines()) if '"right"' in text)
            outcome = self.tool("patch", "--jump", f"guess.c:{line}=guess.c:{right}", "--", program, "1")
            self.assertEqual((outcome.status, outcome.out), (0, "right\n"), outcome.err)

    def test_lines_of_optimized_code_are_in_one_place(self):
        # Pieces of a statement, and the row where the code ends, are no places of their own.
        for level in ("-O1", "-O2", "-Os"):
            program = self.compiled("guess", LINES, level)
            for line in (4, 5, 8, 9, 11):
                outcome = self.tool("disasm", "--json", f"guess.c:{line}", "--file", program)
                begins = outcome.objects("instruction")
                self.assertTrue(begins and abs(begins[0]["line"] - line) <= 1, (level, line, outcome.err))
        program = self.compiled("guess", LINES, "-O1")
        outcome = self.tool("patch", "--jump", "guess.c:8=guess.c:9", "--", program, "1")
        self.assertEqual((outcome.status, outcome.out), (0, "right\n"), outcome.err)

    def test_call_left_out(self):
        for program in self.builds():
            line = 1 + next(i for i, text in enumerate(GUESS.splitlines()) if "punish();" in text and "void" not in text)
            outcome = self.tool("patch", "--nop", f"guess.c:{line}", "--", program, "1")
            self.assertEqual((outcome.status, outcome.out), (1, "wrong\n"), outcome.err)

    def test_not_before_the_program_comes_there(self):
        program = self.compiled("guess", GUESS, "-O0")
        outcome = self.tool("patch", "--when", "punish", "--write", "punish=c3", "--", program, "1")
        self.assertEqual((outcome.status, outcome.out), (1, "wrong\n"), outcome.err)
        outcome = self.tool("patch", "--when", "punish", "--write", "punish=c3", "--", program, "4711")
        self.assertEqual(outcome.out, "right\n")
        self.assertEqual(outcome.status, TOOL_FAILED)
        self.assertRegex(outcome.err, "ended before it came to punish")

    def test_jump_that_would_cut_the_next_instruction(self):
        program = self.compiled("guess", GUESS, "-O0")
        refused = self.tool("patch", "--jump", "check=main", "--", program, "1")
        self.assert_refuses(refused, "would cut the next one; say --force")

    def test_running_process(self):
        inferior = self.inferior("counts_forever")
        outcome = self.tool("patch", "--json", "--nop", "main", "--pid", inferior.pid)
        self.assertEqual(outcome.status, 0, outcome.err)
        at = outcome.objects("patch")[0]["address"]
        wait_until(lambda: tracer_of(inferior.pid) == 0, "end of tracing")
        inferior.wait_for_progress("counter")
        self.assertEqual(len(patched_text(inferior.pid)), 1)
        self.assertIn(read_memory(inferior.pid, at, 1), (b"\x90", b"\x66", b"\x0f"))

    def test_mistakes_leave_the_program_alone(self):
        program = self.compiled("guess", GUESS, "-O0")
        for arguments, words in (((), "nothing to patch"), (("--write", "check=9"), "are no bytes"), (("--write", "check"), "LOCATION=BYTES"),
                                 (("--nop", "check,0"), "COUNT"), (("--jump", "check"), "FROM=TO"), (("--nop", "nothing"), "no \"nothing\""),
                                 (("--nop", "guess.c:999"), "no line"), (("--write", "0x10=90"), "no memory")):
            with self.subTest(arguments=arguments):
                self.assert_refuses(self.tool("patch", *arguments, "--", program, "1"), words)


if __name__ == "__main__":
    main()
