"""The base of the tests of tools that run without a debugger."""

import json
import pathlib
import subprocess

import jsonschema

from debug_test import DebugTest
from servers import inferior_path, server_path

TOOL_FAILED = 125
SCHEMA = jsonschema.Draft202012Validator(json.loads((pathlib.Path(__file__).resolve().parents[2] / "tools/output-schema.json").read_text()))

# So many instructions, the exit among them: 1 + 2 * 1000 + 7.
EXACT_SOURCE = """
.globl _start, halfway
_start: mov $1000, %ecx
1:      dec %ecx
        jnz 1b
halfway: lea buffer(%rip), %rdi
        mov $50, %ecx
        xor %eax, %eax
        rep stosb
        mov $60, %eax
        xor %edi, %edi
last:   syscall
.bss
buffer: .skip 64
"""
EXACT_INSTRUCTIONS, EXACT_REPETITIONS = 2008, 49


class Outcome:
    def __init__(self, finished):
        self.status, self.out, self.err = finished.returncode, finished.stdout, finished.stderr

    def objects(self, kind=None):
        """What --json has written, on either stream, and as it is documented."""
        found = [json.loads(line) for line in (self.err + self.out).splitlines() if line.startswith("{")]
        for one in found:
            SCHEMA.validate(one)
        return [one for one in found if kind in (None, one["type"])]


class ToolTest(DebugTest):
    def tool(self, *arguments, timeout=60, **options):
        line = [server_path(), *map(str, arguments)]
        return Outcome(subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout,
                                      stdin=options.pop("stdin", subprocess.DEVNULL), **options))

    def compiled(self, name, source, *flags, language="c"):
        """A program made of the source now."""
        path = pathlib.Path(self.scratch_directory()) / name
        file = path.with_suffix({"c": ".c", "c++": ".cpp", "assembler": ".S"}[language])
        file.write_text(source)
        compiler = "g++" if language == "c++" else "gcc"
        subprocess.run([compiler, "-g", "-o", path, file, *flags], check=True)
        return path

    def exact(self):
        return self.compiled("exact", EXACT_SOURCE, "-static", "-nostdlib", language="assembler")

    def assert_refuses(self, outcome, words):
        self.assertEqual(outcome.status, TOOL_FAILED, outcome.err)
        self.assertEqual(len(outcome.err.strip().splitlines()), 1, outcome.err)
        self.assertRegex(outcome.err, words)


__all__ = ["EXACT_INSTRUCTIONS", "EXACT_REPETITIONS", "TOOL_FAILED", "ToolTest", "inferior_path"]
