#!/usr/bin/python3
"""remora trace: the instructions that objdump shows at the same addresses, in the order in which they are executed."""

import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import main
from tool_test import EXACT_INSTRUCTIONS, ToolTest, inferior_path

WRITES_CODE = """
#include <string.h>
#include <sys/mman.h>
int main(void) {
  unsigned char *code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int sum = 0;
  for (int i = 1; i <= 2; ++i) {
    memcpy(code, "\\xb8\\x00\\x00\\x00\\x00\\xc3", 6); /* mov $i, %eax; ret */
    code[1] = i;
    sum += ((int (*)(void))code)();
  }
  return sum;
}
"""


class Trace(ToolTest):
    def instructions(self, *arguments, **options):
        outcome = self.tool("trace", "--json", *arguments, **options)
        return outcome, outcome.objects("instruction")

    def test_agrees_with_objdump(self):
        program = self.exact()
        outcome, traced = self.instructions("--", program)
        self.assertEqual(outcome.status, 0, outcome.err)
        self.assertEqual(len(traced), EXACT_INSTRUCTIONS - 1)  # all but the exit, of which no stop tells
        listed = {}
        for line in subprocess.run(["objdump", "-d", "--no-show-raw-insn", program], capture_output=True, text=True, check=True).stdout.splitlines():
            if found := re.match(r"\s*([0-9a-f]+):\s+(\S+)", line):
                listed[int(found[1], 16)] = found[2]
        for one in traced:
            self.assertEqual(one["text"].split()[0].rstrip("lq"), listed[one["address"]].rstrip("lq"), one)
        self.assertEqual([one["symbol"] for one in traced[:2] + traced[-3:]], ["_start"] * 2 + ["halfway"] * 3)

    def test_real_program_within_one_function(self):
        outcome, traced = self.instructions("--from", "main", "--limit", 200, "--", inferior_path("calls_deep"))
        self.assertEqual(len(traced), 200)
        self.assertEqual(traced[0]["symbol"], "main")
        outcome, traced = self.instructions("--function", "middle", "--from", "main", "--", inferior_path("calls_deep"))
        self.assertEqual(outcome.status, 42)
        self.assertEqual({one["symbol"] for one in traced}, {"middle"})

    def test_module_of_a_real_program(self):
        outcome, traced = self.instructions("--module", "libc", "--limit", 50, "--", "/bin/ls", "/")
        self.assertEqual(len(traced), 50)
        self.assertEqual({one["module"] for one in traced}, {"libc.so.6"})

    def test_registers_and_operands(self):
        _, traced = self.instructions("--registers", "--memory", "--from", "halfway", "--", self.exact())
        by_text = {one["text"]: one for one in traced}
        self.assertEqual(by_text["movl $0x32, %ecx"]["registers"], {"rcx": 50})
        store = next(one for one in traced if "stos" in one["text"])
        self.assertEqual(store["registers"]["rcx"], 0)
        self.assertEqual(len(store["memory"]), 1)

    def test_code_that_is_written_anew_is_noticed(self):
        program = self.compiled("writes_code", WRITES_CODE)
        outcome, traced = self.instructions("--from", "main", "--", program)
        self.assertEqual(outcome.status, 3)
        moves = [one for one in traced if one["module"] == "" and one["text"].startswith("movl")]
        self.assertEqual([(one["text"], one.get("new_code", False)) for one in moves], [("movl $1, %eax", False), ("movl $2, %eax", True)])

    def test_text_and_syntax(self):
        outcome = self.tool("trace", "--intel", "--from", "halfway", "--limit", 2, "--", self.exact())
        self.assertRegex(outcome.err, r"(?s)exact\+0x\w+ <halfway> .*lea rdi, .*mov ecx, 0x32")

    def test_summary(self):
        outcome = self.tool("trace", "--summary", "--json", "--", self.exact())
        hottest = outcome.objects("hot_address")[0]
        self.assertEqual(hottest["times"], 1000)
        block = outcome.objects("hot_block")[0]
        self.assertEqual((block["times"], block["instructions"]), (999, 1998))
        self.assertRegex(self.tool("trace", "--summary", "--", self.exact()).err, r"(?s)hottest addresses.*1 000 .*hottest blocks")

    def test_to_a_file(self):
        path = pathlib.Path(self.scratch_directory()) / "trace"
        outcome = self.tool("trace", "-o", path, "--limit", 10, "--", self.exact())
        self.assertEqual(len(path.read_text().splitlines()), 10)
        self.assertEqual(outcome.err, "")
        self.assert_refuses(self.tool("trace", "-o", "/dev/full", "--limit", 10, "--", self.exact()), "Cannot write all of /dev/full: No space left")


if __name__ == "__main__":
    main()
