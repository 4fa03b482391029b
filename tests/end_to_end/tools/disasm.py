#!/usr/bin/python3
"""remora disasm: the addresses, bytes and instructions that objdump shows of the same function."""

import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import elf
from debug_test import main
from processes import tracer_of
from servers import Server
from tool_test import ToolTest, inferior_path

LIBC = "/lib/x86_64-linux-gnu/libc.so.6"
LIBRARY = "int twice(int x) { return 2 * x; }\nint unused(int x) { return x + 1; }\n"
USES_LIBRARY = "int twice(int);\nint main(void) { return twice(21); }\n"
LABELS = """
.globl _start
_start: mov $60, %eax
        xor %edi, %edi
ending: syscall
"""


def plain(mnemonic):
    """Without the size that AT&T's syntax may leave out."""
    return {"movabsq": "movab"}.get(mnemonic, mnemonic.rstrip("lqwb"))


class Disasm(ToolTest):
    def listed(self, *arguments):
        outcome = self.tool("disasm", "--json", *arguments)
        self.assertEqual((outcome.status, outcome.err), (0, ""))
        return outcome.objects("instruction")

    def objdump(self, path, function):
        symbol = elf.read(path).symbol(function)
        text = subprocess.run(["objdump", "-dw", f"--start-address={symbol.address}", f"--stop-address={symbol.address + symbol.size}", path],
                              capture_output=True, text=True, check=True).stdout
        found = re.findall(r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t?(.*)$", text, re.MULTILINE)
        return [(int(at, 16), code.replace(" ", ""), words) for at, code, words in found]

    def assert_agrees(self, ours, objdumps, base=None):
        self.assertGreater(len(objdumps), 1)
        self.assertEqual([(one["address"] if base is None else one["offset"] + base, one["bytes"]) for one in ours],
                         [(at, code) for at, code, _ in objdumps])
        for one, (_, _, words) in zip(ours, objdumps):
            prefixes = ("data16", "cs", "notrack", "bnd", "rep", "repz", "repnz", "lock")
            theirs = next(word for word in words.split() if word not in prefixes)
            name = next(word for word in one["text"].split() if word not in prefixes)
            same = plain(name) == plain(theirs) or {plain(name), plain(theirs)} <= {"nop", "xchg"}
            self.assertTrue(same, f"{one['text']!r}: objdump has {words!r}")

    def test_functions_of_files_are_what_objdump_shows(self):
        for name in ("calls_deep", "calls_deep_pie", "counts_forever", "counts_forever_static_pie", "optimized", "calls_deep_32"):
            path = inferior_path(name)
            if not pathlib.Path(path).exists():
                continue
            with self.subTest(program=name):
                self.assert_agrees(self.listed("main", "--file", path), self.objdump(path, "main"))
        for function in ("qsort", "strtol", "abort"):
            with self.subTest(function=function):
                self.assert_agrees(self.listed(f"libc!{function}", "--file", LIBC), self.objdump(LIBC, function))

    def test_programs_with_their_libraries(self):
        folder = pathlib.Path(self.scratch_directory())
        (folder / "twice.c").write_text(LIBRARY)
        library = folder / "libtwice.so"
        subprocess.run(["gcc", "-g", "-O2", "-fPIC", "-shared", "-o", library, folder / "twice.c"], check=True)
        program = self.compiled("uses", USES_LIBRARY, library, f"-Wl,-rpath,{folder}", "-pie")
        self.assert_agrees(self.listed("libtwice!twice", "--", program), self.objdump(library, "twice"), base=0)
        self.assert_agrees(self.listed("main", "--", program), self.objdump(program, "main"), base=0)
        self.assertEqual(self.listed("libtwice!twice", "--", program)[0]["line"], 1)

    def test_stripped_programs_by_offset(self):
        path = inferior_path("stripped")
        text = subprocess.run(["objdump", "-dw", "-j", ".text", path], capture_output=True, text=True, check=True).stdout
        at, code = re.search(r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+)", text, re.MULTILINE).groups()
        first = self.listed(f"stripped+{int(at, 16) - 0x400000:#x},4", "--file", path)
        self.assertEqual((first[0]["address"], first[0]["bytes"], first[0]["symbol"]), (int(at, 16), code.replace(" ", ""), ""))
        self.assertEqual(len(first), 4)
        self.assert_refuses(self.tool("disasm", "--function", f"stripped+{int(at, 16) - 0x400000:#x}", "--file", path), "in no function that is known")

    def test_a_process_is_read_without_a_stop(self):
        inferior = self.inferior("counts_forever")
        Server.attached_to(inferior.pid)
        tracer = tracer_of(inferior.pid)
        self.assert_agrees(self.listed("main", "--pid", inferior.pid), self.objdump(inferior.path, "main"))
        self.assertEqual(tracer_of(inferior.pid), tracer)  # nobody else can have traced it

    def test_a_program_is_not_run_for_it(self):
        outcome = self.tool("disasm", "main,1", "--", "/usr/bin/python3", "-c", "print('has run')")
        self.assertNotIn("has run", outcome.out)

    def test_debug_files_are_found_by_build_id(self):
        # A static function and its line are in libc6-dbg's file alone.
        outcome = self.tool("disasm", "--json", "_int_malloc,1", "--file", "/lib/x86_64-linux-gnu/libc.so.6")
        one, = outcome.objects("instruction")
        self.assertEqual((one["symbol"], one["from_symbol"], pathlib.Path(one["file"]).name), ("_int_malloc", 0, "malloc.c"), outcome.err)

    def test_lines_are_those_of_gdb(self):
        # Where functions begin, lines without an instruction of their own share the address.
        library = "/lib/x86_64-linux-gnu/libc.so.6"
        names = ["nanosleep", "usleep", "malloc", "qsort", "puts", "fopen", "getenv", "strtol", "raise", "abort", "pthread_create"]
        asked = [word for name in names for word in ("-ex", f"info line *(long)&{name}")]
        text = subprocess.run(["gdb", "-nx", "-batch", *asked, library], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
        gdbs = [(pathlib.Path(file).name, int(line)) for line, file in re.findall(r'^Line (\d+) of "([^"]+)"', text, re.MULTILINE)]
        ours = [self.tool("disasm", "--json", f"{name},1", "--file", library).objects("instruction")[0] for name in names]
        self.assertEqual([(pathlib.Path(one["file"]).name, one["line"]) for one in ours], gdbs)

    def test_counts_and_lines(self):
        path = inferior_path("calls_deep")
        self.assertEqual(len(self.listed("main,3", "--file", path)), 3)
        self.assertEqual(len(self.listed("main+1", "--count", 5, "--file", path)), 5)
        whole = self.listed("main", "--file", path)
        self.assertEqual(self.listed("main+4", "--function", "--file", path), whole)
        line = whole[len(whole) // 2]["line"]
        of_line = self.listed(f"calls_deep.c:{line}", "--file", path)
        self.assertEqual([one["address"] for one in of_line], sorted({one["address"] for one in whole if one["line"] == line}))

    def test_labels_without_sizes_end_where_the_next_begins(self):
        program = self.compiled("labels", LABELS, "-static", "-nostdlib", language="assembler")
        self.assertEqual([one["text"].split()[0] for one in self.listed("_start", "--file", program)], ["movl", "xorl"])
        self.assertEqual([one["text"] for one in self.listed("ending", "--file", program)], ["syscall"])

    def test_text_for_people(self):
        outcome = self.tool("disasm", "--intel", "main", "--file", inferior_path("calls_deep"))
        self.assert_in_order(outcome.out, r"^0x\w+  calls_deep!main  +\w\w .* push rbp   ; calls_deep.c:\d+$",
                             r"main\+0x\w+ .*call 0x\w+   # calls_deep!factorial")

    def test_what_cannot_be_done_is_said_in_one_line(self):
        path = inferior_path("calls_deep")
        for arguments, words in ((("nowhere", "--file", path), 'no "nowhere"'), (("main", "--file", "/no/such"), "Cannot read /no/such"),
                                 (("main", "--file", "/etc/passwd"), "not a valid ELF"), (("main", "--pid", 2 ** 22 + 1), "there is no process"),
                                 (("0x10", "--file", path), "nothing at 0x10"), (("main", "--", "/no/such"), "Cannot exec /no/such")):
            with self.subTest(arguments=arguments):
                self.assert_refuses(self.tool("disasm", *arguments), words)


if __name__ == "__main__":
    main()
