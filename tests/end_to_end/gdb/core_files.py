#!/usr/bin/python3
"""Core files that the server writes: gdb sees in them what it has seen in the process."""

import os
import pathlib
import re
import resource
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
import processes
from cores import Core
from debug_test import DebugTest, main
from servers import inferior_path

STACKS = "thread apply all -q backtrace"
REGISTERS = "thread apply all -q info all-registers"
# What a core does not hold: the kernel's own base of gs.
NOT_IN_CORES = ("k_gs_base",)


def frames(text):
    return sorted(re.sub(r"^#", "", line) for line in text.splitlines() if re.match(r"#\d", line))


def registers(text):
    return sorted(line for line in text.splitlines() if re.match(r"\w+  ", line) and not line.startswith(NOT_IN_CORES))


class CoreFiles(DebugTest):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.scratch_directory(), "core")

    def dump_at(self, name, place, *looks, arguments=(), registers_of_all=True):
        """Runs to a breakpoint, dumps, and gives what gdb says of the process and of its core to the same commands."""
        looks = [STACKS, *([REGISTERS] if registers_of_all else []), *looks]
        live = self.gdb_on(name, "set breakpoint always-inserted on", f"break {place}", "continue", *looks,
                           f"monitor dump {self.path}", "kill", arguments=arguments)
        self.assertIn(f"Saved {self.path}: ", live.text)
        dead = gdb_driver.run([f"core-file {self.path}", *looks], inferior_path(name))
        self.assertNotIn("warning: Section", dead.text)
        self.assertTrue(frames(live.of(STACKS)))
        self.assertEqual(frames(live.of(STACKS)), frames(dead.of(STACKS)))
        if registers_of_all:
            self.assertGreater(len(registers(live.of(REGISTERS))), 30)
            self.assertEqual(registers(live.of(REGISTERS)), registers(dead.of(REGISTERS)))
        for look in looks:
            if look not in (STACKS, REGISTERS):
                self.assertEqual(live.of(look).strip(), dead.of(look).strip(), look)
        core = Core(self.path)
        self.addCleanup(core.close)
        return live, dead, core

    def test_threads(self):
        looks = "x/64xb $sp", "info symbol $pc", "print meetings", "print $_siginfo.si_signo"
        live, dead, core = self.dump_at("meets_breakpoint_pie", "meet", *looks, arguments=(4, 20))
        stopped_in = re.search(r"LWP (\d+)\)\)\]", dead.text)
        self.assertIn("signal SIGTRAP", dead.text)
        self.assertEqual(core.threads()[0], int(stopped_in[1]), dead.text)
        self.assertRegex(live.text, rf"Thread \d+\.{core.threads()[0]}|Switching to Thread")

    def test_kinds_of_programs(self):
        for name, place in (("calls_deep", "inner"), ("calls_deep_pie", "inner"), ("registers", "group_done"),
                            ("calls_deep_32", "inner"), ("calls_deep_pie_32", "inner"), ("registers_32", "group_done")):
            if not os.path.exists(inferior_path(name)):
                continue
            with self.subTest(name):
                _, _, core = self.dump_at(name, place, "x/64xb $sp", "info auxv")
                self.assertEqual(core.wide, not name.endswith("_32"))

    def test_vector_registers(self):
        for name in "registers", "registers_32":
            if not os.path.exists(inferior_path(name)):
                continue
            with self.subTest(name):
                self.dump_at(name, 'group_done if $_streq(group, "avx") || $_streq(group, "avx512")')

    def test_many_threads(self):
        _, _, core = self.dump_at("busy_threads", "work if index == 63", arguments=(64,), registers_of_all=False)
        self.assertEqual(len(set(core.threads())), 64)

    def test_breakpoints_are_not_in_it(self):
        live, _, core = self.dump_at("calls_deep", "inner", "print/x (long)&inner", "x/16xb (char*)&inner")
        address = int(re.search(r"0x([0-9a-f]+)", live.of("print/x (long)&inner"))[1], 16)
        code = bytes.fromhex("".join(re.findall(r"\t0x(..)", live.of("x/16xb (char*)&inner"))))
        self.assertEqual(len(code), 16)
        self.assertEqual(core.memory(address, 16), code)
        self.assertNotIn(0xcc, code)

    def test_of_a_process_that_runs(self):
        busy = self.inferior("busy_threads")
        busy.wait_for_global("threads_running", lambda count: count == 32)
        server = self.attach(busy)
        dump = f"monitor dump {self.path}"
        gdb = gdb_driver.run(["set non-stop on", f"target remote {server.remote}", "break abort", "print/x (long)&abort", "info threads", dump,
                              "monitor threads", "info threads", "detach"], inferior_path("busy_threads"))
        self.assertIn(f"Saved {self.path}: ", gdb.of(dump))
        self.assertEqual([len(re.findall(r"\(running\)", gdb.of("info threads", n))) for n in (0, 1)], [31, 31], gdb.text)
        core = Core(self.path)
        self.addCleanup(core.close)
        self.assertEqual(sorted(core.threads()), processes.threads_of(busy.pid))
        address = int(re.search(r"0x([0-9a-f]+)", gdb.of("print/x (long)&abort"))[1], 16)
        if (code := core.memory(address, 1)) is not None:  # the trap made the page the process's own
            self.assertEqual(code, processes.read_memory(busy.pid, address, 1))
            self.assertNotEqual(code, b"\xcc")
        self.assert_runs_untouched(busy, "counters")
        with open(f"/proc/{busy.pid}/task/{busy.pid}/children", encoding="ascii") as children:
            self.assertEqual(children.read(), "")

    def test_what_is_left_out_and_what_takes_no_room(self):
        names = ("sparse", "secret", "unreachable", "shared")
        asks = [f"print/x (long){name}" for name in names]
        live, _, core = self.dump_at("maps_memory", "ready", *asks)
        at = {name: int(re.search(r"0x([0-9a-f]+)", live.of(ask))[1], 16) for name, ask in zip(names, asks)}
        self.assertEqual(core.memory(at["sparse"], 2), b"\x0b\0")
        self.assertEqual(core.memory(at["sparse"] + (1000 << 20), 2), b"\x16\0")
        self.assertEqual(core.memory(at["sparse"] + (500 << 20), 4096), bytes(4096))
        self.assertIsNone(core.memory(at["secret"], 1))
        self.assertEqual(core.memory(at["unreachable"], 4096), b"\x2c" * 4096)
        self.assertEqual(core.memory(at["shared"], 4096), b"\x37" * 4096)
        status = os.stat(self.path)
        self.assertGreater(status.st_size, 1 << 30)
        self.assertLess(status.st_blocks * 512, 8 << 20)
        self.assertEqual(status.st_mode & 0o777, 0o600)

    def test_the_programs_filter_is_honoured(self):
        server = self.launch("maps_memory")
        with open(f"/proc/{server.inferior}/coredump_filter", "w", encoding="ascii") as file:
            file.write("0x1")
        ask = "print/x (long)shared"
        gdb = self.gdb(server, "break ready", "continue", ask, f"monitor dump {self.path}", "kill", program="maps_memory")
        core = Core(self.path)
        self.addCleanup(core.close)
        self.assertIsNone(core.memory(int(re.search(r"0x([0-9a-f]+)", gdb.of(ask))[1], 16), 1))

    def test_failures_leave_everything_as_it_was(self):
        with open(self.path, "w", encoding="ascii") as file:
            file.write("what was there")
        server = self.launch("calls_deep")
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (20000, resource.RLIM_INFINITY))
        device = "monitor dump /dev/null"
        nowhere = "monitor dump /nowhere/core"
        gdb = self.gdb(server, "break inner", "continue", f"monitor dump {self.path}", device, nowhere, "monitor dump",
                       "backtrace", "delete", "continue", program="calls_deep")
        self.assertIn("File too large", gdb.of(f"monitor dump {self.path}"))
        self.assertIn("no regular file", gdb.of(device))
        self.assertIn("No such file", gdb.of(nowhere))
        self.assertIn("inner (value=8)", gdb.of("backtrace"))
        self.assertIn("exited with code 052", gdb.text)
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["core"])
        with open(self.path, encoding="ascii") as file:
            self.assertEqual(file.read(), "what was there")


if __name__ == "__main__":
    main()
