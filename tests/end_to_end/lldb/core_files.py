#!/usr/bin/python3
"""lldb has the server save a core, and sees in it what it has seen in the process."""

import os
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import lldb_driver
from debug_test import DebugTest, main
from servers import inferior_path

VALUES = ("rax", "rsp", "rip", "fs_base", "xmm0", "xmm15", "mxcsr", "st0")


def frames(text):
    """Addresses in the order of the stack, thread by thread, whatever order the threads come in."""
    threads = re.split(r"\n[* ] thread #\d+", text)
    return sorted(re.findall(r"frame #\d+: (0x[0-9a-f]+)", thread) for thread in threads if "frame #" in thread)


def part(text, begin, end):
    """What lldb printed from one command to another."""
    return text[text.index(f"(lldb) {begin}"):text.index(f"(lldb) {end}")]


def values(text):
    """Registers without what lldb says of them beside their values, which depends on where they come from."""
    return re.findall(r"(?m)^ +(\w+) = (0x[0-9a-f]+|\{.*\})", text)


class CoreFiles(DebugTest):
    def setUp(self):
        super().setUp()
        self.require_tool("lldb-19")

    def test_saved_by_the_server(self):
        for name, place, arguments in (("calls_deep_pie", "inner", ()), ("meets_breakpoint", "meet", (4, 20))):
            with self.subTest(name):
                self.save_and_open(name, place, arguments)

    def save_and_open(self, name, place, arguments):
        directory = self.scratch_directory()
        path = os.path.join(directory, "core")
        looks = ("thread backtrace all", f"register read {' '.join(VALUES)}", "memory read -c 256 $rsp", "version")
        text = self.lldb_on(name, f"breakpoint set --name {place}", "continue", *looks, f"process save-core {path}",
                            "kill", arguments=arguments)
        self.assertNotIn("error: Failed to save", text)
        dead = lldb_driver.run([f"target create --core {path} {inferior_path(name)}", *looks])
        self.assertRegex(dead, r"Core file .* \(x86_64\) was loaded")
        self.assertIn("signal SIGTRAP", dead)
        # Of threads that meet a breakpoint at once lldb chooses one by itself.
        if name != "meets_breakpoint":
            self.assertEqual(len(values(part(text, *looks[1:3]))), len(VALUES), text)
            self.assertEqual(values(part(text, *looks[1:3])), values(part(dead, *looks[1:3])))
            self.assertEqual(part(text, *looks[2:4]), part(dead, *looks[2:4]))
        stacks = frames(part(text, *looks[:2]))
        self.assertGreater(max(map(len, stacks)), 2, text)
        self.assertEqual([stack[:1] for stack in stacks], [stack[:1] for stack in frames(part(dead, *looks[:2]))])
        # The copy that lldb has taken is all that is left.
        self.assertEqual(os.listdir(directory), ["core"])

    def test_modules_are_told_of_by_their_build_ids(self):
        directory = self.scratch_directory()
        log = os.path.join(directory, "log")
        inferior = self.inferior("counts_forever_dynamic")
        server = self.attach(inferior, options=("--once", "--log", log, "--log-packets"))
        text = lldb_driver.run([f"gdb-remote {server.port}", "image list", "detach"])
        server.wait_for_exit()
        with open(log, encoding="latin-1") as file:
            answer = re.search(r"<- jModulesInfo:.*\n.*-> (\[.*\])", file.read())
        self.assertTrue(answer, text)
        uuid = re.search(r'libc\.so\.6"[^}]*"uuid":"([0-9A-F]+)"', answer[1])
        listed = re.search(r"\] ([0-9A-F-]+) 0x[0-9a-f]+ .*libc\.so\.6", text)
        self.assertTrue(uuid and listed, f"{answer[1]}\n{text}")
        self.assertEqual(uuid[1], listed[1].replace("-", ""))


if __name__ == "__main__":
    main()
