#!/usr/bin/python3
"""The tools on programs that were not made for them: what these write and end with is theirs."""

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
    "killed": ["/bin/sh", "-c", "echo out; kill -9 $$"],
    "static": [inferior_path("exits"), "code", "42"],
}


class RealPrograms(ToolTest):
    def assert_unchanged(self, *tool, writes=True):
        for name, command in COMMANDS.items():
            if not shutil.which(command[0]):
                continue
            with self.subTest(program=name):
                alone = subprocess.run(command, capture_output=True, text=True, check=False)
                log = pathlib.Path(self.scratch_directory()) / "log"
                outcome = self.tool(*tool, "-o", log, "--", *command)
                status = alone.returncode if alone.returncode >= 0 else 128 - alone.returncode
                self.assertEqual((outcome.status, outcome.out, outcome.err), (status, alone.stdout, alone.stderr))
                self.assertEqual(log.read_text() != "", writes)

    def test_counted(self):
        self.assert_unchanged("count", "--limit", 3000)

    def test_traced(self):
        self.assert_unchanged("trace", "--registers", "--memory", "--limit", 500)

    def test_system_calls_shown(self):
        self.assert_unchanged("syscalls")
        self.assert_unchanged("syscalls", "--only", "%process")
        self.assert_unchanged("syscalls", "--summary")

    def test_run(self):
        self.assert_unchanged("run", writes=False)

    def test_patched(self):
        for name, command in COMMANDS.items():
            if name not in ("static", "killed") and shutil.which(command[0]):
                with self.subTest(program=name):
                    alone = subprocess.run(command, capture_output=True, text=True, check=False)
                    outcome = self.tool("patch", "-o", "/dev/null", "--write", "libc!l64a=90909090", "--", *command)
                    self.assertEqual((outcome.status, outcome.out, outcome.err), (alone.returncode, alone.stdout, alone.stderr))

    def test_traced_from_the_first_instruction_of_a_stripped_program(self):
        program = "/usr/bin/sqlite3"
        output = lambda *command: subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        entry = re.search(r"Entry point address: +(0x\w+)", output("readelf", "-h", program))[1]
        known = {int(line.split(":")[0], 16) for line in output("objdump", "-d", "--no-show-raw-insn", program).splitlines() if line.startswith(" ")}
        traced = self.tool("trace", "--json", "--from", f"sqlite3+{entry}", "--module", "sqlite3", "--limit", 200, "--", program, ":memory:", "select 1;")
        offsets = [one["offset"] for one in traced.objects("instruction")]
        self.assertEqual((len(offsets), offsets[0]), (200, int(entry, 16)), traced.err)
        self.assertEqual([hex(offset) for offset in offsets if offset not in known], [])

    # b8 2a 00 00 00 c3   mov $42, %eax; ret
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
