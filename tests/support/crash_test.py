"""The base of the tests that compare backtraces of programs that crash."""

import pathlib
import re
import signal
import tempfile

import crash_programs
from tool_test import ToolTest

FRAMES = 40


def plain(name):
    """Of the names that one place may have, one; of a C++ name what both debuggers write of it, its last part."""
    if not name or "lldb_unnamed" in name:
        return "??"
    while (shorter := re.sub(r"<[^<>]*>|\([^()]*\)|\{[^{}]*\}", "", name)) != name:
        name = shorter
    name = re.sub(r" const$|@.*", "", name).split("::")[-1].split()[-1]
    name = re.sub(r"(\.part|\.\d+|\.constprop|\.isra|\.cold)+$", "", name)
    name = re.sub(r"^(_*GI_+|_+libc_|_+)", "", name)
    return {"gsignal": "raise", "start_main_impl": "start_main"}.get(name, name.replace("memmove", "memcpy"))


def of_report(thread):
    """As [pc, function, file, line], those inlined among them."""
    frames = []
    for frame in thread["frames"]:
        for function in frame["functions"] or [{"name": None, "file": "", "line": 0}]:
            frames.append((frame["pc"], function["name"], function["file"], function["line"]))
    return frames[:FRAMES]


def comparable(frames):
    return [(pc, plain(name), pathlib.Path(file).name, line) for pc, name, file, line in frames]


class CrashTest(ToolTest):
    builds = crash_programs.BUILDS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="remora-test-")))
        crash_programs.build(cls.folder, cls.builds)

    def crash(self, crash, number):
        """Runs the program; where it is, the core, and the report."""
        program, core = self.folder / crash.build, self.folder / f"core.{number}"
        outcome = self.tool("run", "--json", "--no-maps", "--on-crash=report,core", "--core-file", core, "--", program, crash.way)
        self.assertEqual(outcome.status, 128 + getattr(signal, crash.signal), outcome.err)
        report, = outcome.objects("crash")
        self.assertEqual(report["signal"], crash.signal)
        return program, core, report

    def built(self, crashes):
        """Numbered; without those that this machine has no libraries for."""
        return [(number, crash) for number, crash in enumerate(crashes) if (self.folder / crash.build).exists()]
