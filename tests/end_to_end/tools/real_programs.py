#!/usr/bin/python3
"""Every tool on programs that were not written for it: they do and say what they would without it."""

import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
from debug_test import main
from tool_test import ToolTest, inferior_path

THREADS = """
import threading, os
results = [0] * 4
def work(n):
    results[n] = sum(range(n * 1000))
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(results)
raise SystemExit(9)
"""
SQL = "create table t(a); insert into t values (3), (4); select sum(a) from t;"
STATIC = r"""
#include <stdio.h>
int main(int argc, char** argv) { (void)argv; printf("%d\n", argc); return argc; }
"""


class RealPrograms(ToolTest):
    def programs(self):
        """Name, command."""
        folder = pathlib.Path(self.scratch_directory())
        (folder / "hello.c").write_text("int main(void) { return 0; }")
        yield "ls", ["ls", "-l", "/etc"]
        yield "sqlite3", ["sqlite3", ":memory:", SQL]
        yield "python3 with threads", ["/usr/bin/python3", "-c", THREADS]
        yield "gcc compiling", ["gcc", "-o", folder / "hello", folder / "hello.c"]
        yield "static", [self.compiled("static", STATIC, "-static"), "a", "b"]
        yield "sh, killed", ["sh", "-c", "echo out; kill -9 $$"]

    def unchanged(self, *tool):
        """By name: what the tool has written, of programs that did what they do without it."""
        written = {}
        for name, command in self.programs():
            with self.subTest(program=name):
                alone = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                results = pathlib.Path(self.scratch_directory()) / "results"
                outcome = self.tool(*tool, "-o", results, "--", *command)
                self.assertEqual(outcome.out, alone.stdout)
                self.assertEqual(outcome.err, alone.stderr)
                self.assertEqual(outcome.status, alone.returncode if alone.returncode >= 0 else 128 - alone.returncode)
                outcome.err = results.read_text()
                written[name] = outcome
        return written

    def test_count(self):
        for name, outcome in self.unchanged("count", "--json", "--limit", 2000).items():
            self.assertEqual(outcome.objects("total")[0]["instructions"], 2000, name)

    def test_trace(self):
        for name, outcome in self.unchanged("trace", "--json", "--limit", 1000).items():
            instructions = outcome.objects("instruction")
            self.assertEqual(len(instructions), 1000, name)
            self.assertTrue(all(one["text"] and one["module"] for one in instructions), name)

    def test_syscalls(self):
        for name, outcome in self.unchanged("syscalls", "--json", "--only", "execve,exit_group,kill").items():
            calls = [one["name"] for one in outcome.objects("syscall")]
            self.assertEqual(calls[0], "execve", name)
            self.assertIn(calls[-1], ("exit_group", "kill"), name)

    def test_run(self):
        for name, outcome in self.unchanged("run").items():
            self.assertEqual(outcome.err, "", name)

    def test_patch(self):
        # What a program takes for its own number is what the patched function says.
        numbers = self.tool("patch", "-o", "/dev/null", "--write", "libc.so.6!getpid=b82a000000c3", "--", "/usr/bin/python3", "-c", "import os; print(os.getpid())")
        self.assertEqual((numbers.status, numbers.out), (0, "42\n"), numbers.err)

    def output_of(self, *command):
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout

    def test_trace_is_what_objdump_shows(self):
        program = "/usr/bin/sqlite3"  # stripped
        listing = self.output_of("objdump", "-d", "--no-show-raw-insn", program)
        entry = re.search(r"Entry point address: +(0x\w+)", self.output_of("readelf", "-h", program))[1]
        known = {int(line.split(":")[0], 16) for line in listing.splitlines() if line.startswith(" ")}
        traced = self.tool("trace", "--json", "--from", f"sqlite3+{entry}", "--module", "sqlite3", "--limit", 200, "--", program, ":memory:", SQL)
        offsets = [one["offset"] for one in traced.objects("instruction")]
        self.assertEqual(len(offsets), 200, traced.err)
        self.assertEqual([hex(offset) for offset in offsets if offset not in known], [])

    def test_a_compiler_and_all_that_it_starts(self):
        folder = pathlib.Path(self.scratch_directory())
        (folder / "hello.c").write_text('#include <stdio.h>\nint main(void) { puts("hello"); return 3; }\n')
        second = self.tool("disasm", "--json", "libc!getenv,2", "--file", "/lib/x86_64-linux-gnu/libc.so.6").objects()[1]
        compiler = ["gcc", folder / "hello.c", "-o", folder / "hello"]
        outcome = self.tool("count", "--json", "--from", "libc!getenv", "--to", f"libc!getenv+{second['from_symbol']}", "--", *compiler)
        self.assertEqual(outcome.status, 0, outcome.err)
        self.assertGreater(outcome.objects("total")[0]["passes"], 1)
        hello = subprocess.run([folder / "hello"], capture_output=True, text=True, check=False)
        self.assertEqual((hello.returncode, hello.stdout), (3, "hello\n"))

    def test_a_stretch_has_as_many_instructions_as_gdb_steps(self):
        program = inferior_path("calls_deep")
        listed = self.tool("disasm", "--json", "main", "--file", program).objects("instruction")
        end = next(one["address"] for one in listed if one["text"].startswith("call") and listed.index(one) > len(listed) / 2)
        outcome = self.tool("count", "--json", "--from", "main", "--to", hex(end), "--", program)
        total = outcome.objects("total")[0]
        self.assertEqual(total["passes"], 1)
        script = (f"python\nsteps = 0\nwhile gdb.selected_frame().pc() != {end}:\n    gdb.execute('stepi', to_string=True)\n    steps += 1\n"
                  "print('steps', steps)\nend")
        text = gdb_driver.run(["break *main", "run", script, "kill"], program, 60).text
        self.assertEqual(total["instructions"] + total["repetitions"], int(re.search(r"steps (\d+)", text)[1]))

    def test_every_instruction_traced_is_one_of_objdumps(self):
        program = inferior_path("calls_deep_pie")
        traced = self.tool("trace", "--json", "--module", "calls_deep_pie", "--from", "main", "--", program).objects("instruction")
        text = subprocess.run(["objdump", "-dw", program], capture_output=True, text=True, check=True).stdout
        listed = {int(at, 16): code.replace(" ", "") for at, code in re.findall(r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+)", text, re.MULTILINE)}
        self.assertGreater(len(traced), 100)
        self.assertEqual([one for one in traced if listed.get(one["offset"]) != one["bytes"]], [])


if __name__ == "__main__":
    main()
