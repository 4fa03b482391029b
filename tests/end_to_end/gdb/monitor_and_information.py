#!/usr/bin/python3
"""monitor commands, mappings, files fetched and sent, sections compared, memory searched and saved."""

import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main
from servers import inferior_path


class MonitorAndInformation(DebugTest):
    def test_monitor(self):
        gdb = self.gdb_on("exits", "monitor help", "monitor nonsense", "monitor set debug 1", "monitor set debug 0",
                          "continue")
        self.assert_in_order(gdb.of("monitor help"), "The following monitor commands are supported:", "Quit GDBserver")
        self.assertIn("Unknown monitor command", gdb.of("monitor nonsense"))
        self.assertIn("Debug output enabled.", gdb.of("monitor set debug 1"))
        self.assertIn("Debug output disabled.", gdb.of("monitor set debug 0"))
        self.assertIn("exited normally", gdb.text)

    def test_process_information(self):
        gdb = self.gdb_on("calls_deep_pie", "break inner", "continue", "info proc", "info proc mappings", "info auxv",
                          "info sharedlibrary", "info inferiors", "info program", "delete", "continue")
        self.assertIn(inferior_path("calls_deep_pie"), gdb.of("info proc"))
        self.assert_in_order(gdb.of("info proc mappings"), r"r-xp .*calls_deep_pie", r"libc\.so\.6", r"\[stack\]")
        self.assertRegex(gdb.of("info auxv"), r"AT_ENTRY")
        self.assertIn("libc.so.6", gdb.of("info sharedlibrary"))
        self.assertIn("exited with code 052", gdb.text)

    def test_files(self):
        directory = self.scratch_directory()
        fetched, sent = os.path.join(directory, "fetched"), os.path.join(directory, "sent")
        server = self.launch("exits")
        gdb = self.gdb(server, f"remote get {inferior_path('registers')} {fetched}", f"remote put {fetched} {sent}",
                       f"remote get /nowhere {fetched}.none", f"remote delete {fetched}", "continue")
        with open(sent, "rb") as copy, open(inferior_path("registers"), "rb") as original:
            self.assertEqual(copy.read(), original.read())
        self.assertFalse(os.path.exists(fetched))
        self.assertRegex(gdb.of(f"remote get /nowhere {fetched}.none"), "No such file")

    def test_memory_compared_searched_and_saved(self):
        saved = os.path.join(self.scratch_directory(), "saved")
        gdb = self.gdb_on("memory_edge", "compare-sections .text", "break ready", "continue", "compare-sections .text",
                          "set var scratch[100] = 0x7e", "set var scratch[101] = 0x7d",
                          "find /b &scratch, +4096, 0x7e, 0x7d", f"dump binary memory {saved} edge-256 edge",
                          "print edge[-1]", "print edge[0]", "x/2xb edge-2", "x/4xb edge-2", "print scratch[100]@2")
        self.assertIn("matched", gdb.of("compare-sections .text"))
        self.assertIn("matched", gdb.of("compare-sections .text", 1))
        self.assertIn("<scratch+100>", gdb.of("find /b &scratch, +4096, 0x7e, 0x7d"))
        with open(saved, "rb") as file:
            self.assertEqual(file.read(), bytes(range(256)))
        self.assertIn("= 255", gdb.of("print edge[-1]"))
        self.assertIn("Cannot access memory", gdb.of("print edge[0]"))
        self.assertIn("0xfe\t0xff", gdb.of("x/2xb edge-2"))
        self.assertIn("Cannot access memory", gdb.of("x/4xb edge-2"))

    def test_disassembly_shows_no_traps_of_ours(self):
        gdb = self.gdb_on("calls_deep", "break inner", "break middle", "continue", "disassemble inner",
                          "disassemble middle", "generate-core-file /dev/null")
        self.assertNotIn("int3", gdb.of("disassemble inner") + gdb.of("disassemble middle"))


if __name__ == "__main__":
    main()
