#!/usr/bin/python3
"""monitor commands, mappings, files fetched and sent, sections compared, memory searched and saved."""

import os
import pathlib
import re
import subprocess
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

    def test_monitor_settings_in_gdbservers_words(self):
        answers = {"set debug-format all": "All extra debug format options enabled.",
                   "set debug-format timestamp": "Timestamps will be added to debug output.",
                   "set debug-format none": "All extra debug format options disabled.",
                   "set debug-format nonsense": 'Unknown debug-format argument: "nonsense"',
                   "set remote-debug 1": "Protocol debug output enabled.",
                   "set remote-debug 0": "Protocol debug output disabled.",
                   "set event-loop-debug 1": "Event loop debug output enabled.",
                   "set event-loop-debug 0": "Event loop debug output disabled.",
                   "set debug-hw-points 1": "H/W point debugging output enabled.",
                   "set debug-hw-points 0": "H/W point debugging output disabled.",
                   "set debug remote on": "Protocol debug output enabled.",
                   "set debug all off": "Debug output disabled.",
                   "set libthread-db-search-path /a b": "libthread-db-search-path set to `/a b'",
                   "set debug 2": "use 0 or 1"}
        gdb = self.gdb_on("exits", *[f"monitor {command}" for command in answers], "continue")
        for command, answer in answers.items():
            if command != "set debug 2":  # gdb 13 shows the reason of a refusal as a number only
                self.assertIn(answer, gdb.of(f"monitor {command}"))
        self.assertIn("exited normally", gdb.text)

    def test_monitor_switches_the_log(self):
        log = os.path.join(self.scratch_directory(), "log")
        server = self.launch("watched")
        gdb = self.gdb(server, f"monitor set debug-file {log}", "monitor set debug-format none",
                       "monitor set remote-debug 1", "monitor set remote-debug 0", "monitor set debug-hw-points 1",
                       "watch eight_bytes", "continue", "monitor set debug-hw-points 0",
                       "monitor set event-loop-debug 1", "monitor set event-loop-debug 0", "kill", program="watched")
        with open(log, encoding="utf-8") as file:
            text = file.read()
        self.assert_in_order(text, r"^\[trace\] -> OK$", r"^\[trace\] <- qRcmd,", r"^\[debug\] hardware point: Z2,[0-9a-f]+,8 -> OK$",
                             r"^\[debug\] event loop: \d+ bytes from the client$")
        self.assertNotIn("vCont", text, gdb.text)

    def test_tools_next_to_the_debugger(self):
        gdb = self.gdb_on("faults", "monitor help", "monitor ps", "continue", "monitor report", "backtrace", "kill")
        self.assertIn("patch nop <location>[,<count>]", gdb.of("monitor help"))
        self.assertRegex(gdb.of("monitor ps"), r" faults|/faults")
        report = gdb.of("monitor report")
        self.assertRegex(report, r"\(process \d+\): SIGSEGV: address not mapped")
        function = re.search(r"#0 .*?(\w+) \(", gdb.of("backtrace"))[1]
        self.assertRegex(report, rf"(?m)^#0 .* {function} ")

    def test_code_is_patched_next_to_the_debugger(self):
        # What the program checks it does not any more; the breakpoint's own trap is neither shown nor lost.
        folder = self.scratch_directory()
        program = pathlib.Path(folder) / "guess"
        (pathlib.Path(folder) / "guess.c").write_text(
            "__attribute__((noinline)) int check(int guess) {\n  return guess == 4711;\n}\n"
            "int main(int argc, char** argv) {\n  (void)argv;\n  return check(argc) ? 0 : 3;\n}\n")
        subprocess.run(["gcc", "-g", "-O0", "-o", program, program.with_suffix(".c")], check=True)
        gdb = self.gdb_on(str(program), "set breakpoint always-inserted on", "break main", "break *check", "continue",
                          "monitor patch write check=b801000000c3", "monitor patch nop no_such_place", "monitor patch jump",
                          "x/2i check", "continue", "info breakpoints", "continue")
        self.assertRegex(gdb.of("monitor patch write check=b801000000c3"), r"(?s)- 0x\w+ +guess!check.*\+ 0x\w+ +guess!check .*movl \$1, %eax")
        self.assertRegex(gdb.of("x/2i check"), r"(?s)mov +\$0x1,%eax.*ret")
        self.assertIn("no_such_place", gdb.of("monitor patch nop no_such_place"))
        self.assertIn("say where", gdb.of("monitor patch jump"))
        self.assertRegex(gdb.of("info breakpoints"), r"(?s) in check .*already hit 1 time")
        self.assertIn("exited normally", gdb.text)

    def test_monitor_shows_the_process(self):
        gdb = self.gdb_on("meets_breakpoint_pie", "break meet", "continue", "monitor threads", "monitor maps",
                          "monitor disassemble $pc 3", "x/3i $pc", "monitor disassemble 0 3", "monitor disassemble $pc x",
                          "monitor stats", "info symbol $pc", "delete", "continue", arguments=(2, 3))
        name = "meets_breakpoint_pie"
        threads = gdb.of("monitor threads")
        self.assertEqual(len(re.findall(rf"(?m)^\d+\.\d+  meets_breakpoin  core \d+  stopped at 0x[0-9a-f]{{16}} \S+", threads)),
                         len(threads.strip().splitlines()), threads)
        self.assertIn(f" {name}+0x", threads)
        self.assert_in_order(gdb.of("monitor maps"), rf"^[0-9a-f]{{16}}-[0-9a-f]{{16}} r-xp .*{name}$", r"libc\.so\.6$", r"\[stack\]$")
        ours = re.findall(rf"(?m)^(=>|  ) 0x0*([0-9a-f]+)  {name}\+0x[0-9a-f]+ +[0-9a-f]+ +(\w+)", gdb.of("monitor disassemble $pc 3"))
        theirs = re.findall(r"(?m)^(=>|  ) 0x([0-9a-f]+) <meet\+?\d*>:\t(\w+)", gdb.of("x/3i $pc"))
        self.assertEqual([(mark, at) for mark, at, _ in ours], [(mark, at) for mark, at, _ in theirs])
        self.assertNotIn("int3", [word for _, _, word in ours])
        self.assertIn("Protocol error", gdb.of("monitor disassemble 0 3") + gdb.of("monitor disassemble $pc x"))
        self.assert_in_order(gdb.of("monitor stats"), r"^received +\d+ packets, \d+ bytes$", r"^sent +\d+ packets",
                             r"^stops +[1-9]", r"^processes +1, with \d threads$")
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
