#!/usr/bin/python3
"""remora count, trace and patch on programs that were not made for it: what these write and end with is theirs."""

import pathlib
import re
import shutil
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
from debug_test import main
from tool_test import ToolTest, inferior_path

THREADS = """
import threading
found = []
threads = [threading.Thread(target=lambda n=n: found.append(sum(range(n)))) for n in (10, 100, 1000)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sorted(found))
raise SystemExit(7)
"""
COMMANDS = {
    "ls": ["/bin/ls", "-l", "/usr"],
    "sqlite": ["sqlite3", ":memory:", "create table t(n); insert into t values (6), (7); select sum(n) from t; select bad;"],
    "threads": ["/usr/bin/python3", "-c", THREADS],
    "shell": ["/bin/sh", "-c", "echo one | cat; ls /no/such/file; exit 6"],
    "static": [inferior_path("exits"), "code", "42"],
}


class RealPrograms(ToolTest):
    def assert_unchanged(self, *tool):
        for name, command in COMMANDS.items():
            if not shutil.which(command[0]):
                continue
            with self.subTest(program=name):
                alone = subprocess.run(command, capture_output=True, text=True, check=False)
                log = pathlib.Path(self.scratch_directory()) / "log"
                outcome = self.tool(*tool, "-o", log, "--", *command)
                self.assertEqual((outcome.status, outcome.out, outcome.err), (alone.returncode, alone.stdout, alone.stderr))
                self.assertTrue(log.read_text())

    def test_counted(self):
        self.assert_unchanged("count", "--limit", 3000)

    def test_traced(self):
        self.assert_unchanged("trace", "--registers", "--memory", "--limit", 500)

    def test_patched(self):
        for name, command in COMMANDS.items():
            if name != "static" and shutil.which(command[0]):
                with self.subTest(program=name):
                    alone = subprocess.run(command, capture_output=True, text=True, check=False)
                    outcome = self.tool("patch", "-o", "/dev/null", "--write", "libc!l64a=90909090", "--", *command)
                    self.assertEqual((outcome.status, outcome.out, outcome.err), (alone.returncode, alone.stdout, alone.stderr))

    # f: b8 2a 00 00 00 c3   mov $42, %eax; ret
    def test_a_library_function_in_another_ones_place(self):
        outcome = self.tool("patch", "--write", "libc!getpid=b82a000000c3", "--", "/usr/bin/python3", "-c", "import os; print(os.getpid())")
        self.assertEqual((outcome.status, outcome.out), (0, "42\n"))

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
