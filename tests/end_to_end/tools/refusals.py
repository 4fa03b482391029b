#!/usr/bin/python3
"""What no tool can do: one clear line, status 125, and a program that goes on as if nothing had been."""

import pathlib
import shutil
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import main
from processes import tracer_of, wait_until
from servers import server_path
from tool_test import TOOL_FAILED, ToolTest, inferior_path

# Tools that work on a process, with as little to do as there can be.
ON_PROCESSES = {
    "count": ["count", "--limit", 1],
    "trace": ["trace", "--limit", 1],
    "syscalls": ["syscalls"],
    "patch": ["patch", "--nop", "main"],
    "script": ["script", "--break", "main", "--do", "rax = 1"],
    "run": ["run"],
}
AT_PLACES = {
    "count": ["count", "--from", "{}"],
    "trace": ["trace", "--to", "{}"],
    "patch": ["patch", "--nop", "{}"],
    "script": ["script", "--break", "{}", "--do", "rax = 1"],
    "disasm": ["disasm", "{}"],
}
NOBODY = 65534


class Refusals(ToolTest):
    def assert_harmless(self, outcome, words, name):
        self.assertEqual(outcome.status, TOOL_FAILED, name + ": " + outcome.err)
        self.assertEqual(len(outcome.err.strip().splitlines()), 1, name + ": " + outcome.err)
        self.assertRegex(outcome.err, rf"^remora {name}: .*{words}", name)

    def test_somebody_elses_process(self):
        inferior = self.inferior("counts_forever")
        if shutil.which("setpriv") is None:
            self.fail("setpriv is missing: apt-get install util-linux")
        # The unprivileged user must reach the tool.
        tool = pathlib.Path(self.scratch_directory()) / "remora"
        shutil.copy(server_path(), tool)
        tool.parent.chmod(0o755)
        for name, words in {**ON_PROCESSES, "dump": ["dump", "-o", "/dev/null/core"]}.items():
            line = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", tool, *map(str, words), "--pid", str(inferior.pid)]
            outcome = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
            self.assertEqual(outcome.returncode, TOOL_FAILED, outcome.stderr)
            self.assertEqual(len(outcome.stderr.splitlines()), 1, outcome.stderr)
        self.assert_runs_untouched(inferior, "counter")

    def test_a_process_that_is_traced_already(self):
        inferior = self.inferior("counts_forever")
        first = subprocess.Popen([server_path(), "syscalls", "--pid", str(inferior.pid)], stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (first.kill(), first.wait()))
        wait_until(lambda: tracer_of(inferior.pid) == first.pid, "the first tool traces it")
        core = pathlib.Path(self.scratch_directory()) / "core"
        for name, words in {**ON_PROCESSES, "dump": ["dump", "-o", core]}.items():
            self.assert_harmless(self.tool(*words, "--pid", inferior.pid), rf"(trace|debug).*{first.pid}", name)
        self.assertEqual(tracer_of(inferior.pid), first.pid)
        self.assertFalse(core.exists())

    def test_no_such_process(self):
        for name, words in {**ON_PROCESSES, "dump": ["dump"]}.items():
            self.assert_harmless(self.tool(*words, "--pid", (1 << 22) + 1), "none with that id", name)

    def test_no_such_program(self):
        for name, words in ON_PROCESSES.items():
            self.assert_harmless(self.tool(*words, "--", "/no/such/program"), "Cannot exec /no/such/program", name)

    def test_no_such_place(self):
        program = inferior_path("exits")
        for name, words in AT_PLACES.items():
            for place, why in (("nowhere", 'no "nowhere"'), ("exits.c:9999", "no such source file, or no code there"),
                               ("nothing!main", "no module nothing"), ("0xzz", "is no location"), ("", "location|empty|LOCATION")):
                if place == "" and name in ("count", "trace"):
                    continue  # as if it had not been said
                outcome = self.tool(*[word.format(place) for word in words], "--", program, "code", 3)
                self.assert_harmless(outcome, f".*({why})", name)

    def test_nothing_where_the_place_is(self):
        program = inferior_path("exits")
        for name, words in AT_PLACES.items():
            if name not in ("count", "trace"):
                self.assert_harmless(self.tool(*[word.format("0x10") for word in words], "--", program), ".*0x10", name)
        for name in ("count", "trace"):
            self.assert_harmless(self.tool(name, "--from", "0x10", "--", program), "", name)

    def test_a_file_that_takes_no_more(self):
        program = inferior_path("exits")
        for name, words in {**ON_PROCESSES, "script": ["script", "--break", "main", "--do", "print(rip)"],
                            "disasm": ["disasm", "main"]}.items():
            command = ["/bin/sh", "-c", "kill -SEGV $$"] if name == "run" else [program]
            outcome = self.tool(*words, "-o", "/dev/full", "--", *command)
            self.assert_harmless(outcome, "Cannot write all of /dev/full: No space left on device", name)
        for words in (["maps", "self"], ["ps"]):
            if words[0] == "maps":
                words[1] = self.inferior("counts_forever").pid
            self.assert_harmless(self.tool(*words, "-o", "/dev/full"), "No space left on device", words[0])


if __name__ == "__main__":
    main()
