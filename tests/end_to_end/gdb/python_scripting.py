#!/usr/bin/python3
"""gdb's own Python drives a session: breakpoints with a stop method, events, frames, values, memory."""

import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main

SCRIPT = r'''
import gdb

class CountOnly(gdb.Breakpoint):
    seen = 0
    def stop(self):
        CountOnly.seen += 1
        self.argument = int(gdb.selected_frame().read_var("n"))
        return False

stops = []
gdb.events.stop.connect(lambda event: stops.append(type(event).__name__))
gdb.events.exited.connect(lambda event: stops.append(f"exit {event.exit_code}"))
counting = CountOnly("factorial")
gdb.Breakpoint("inner", temporary=True)
gdb.execute("continue")
frames, frame = [], gdb.selected_frame()
while frame:
    frames.append(frame.name())
    frame = frame.older()
inferior = gdb.selected_inferior()
label = gdb.parse_and_eval("here.label")
text = inferior.read_memory(int(label), 6).tobytes()
inferior.write_memory(int(gdb.parse_and_eval("&touched")), b"\x07\0\0\0")
print("frames", frames)
print("text", text)
print("touched", int(gdb.parse_and_eval("touched")))
print("called", int(gdb.parse_and_eval("add(20, 3)")))
print("threads", len(inferior.threads()), inferior.threads()[0].ptid[0] == inferior.pid)
gdb.execute("continue")
print("stops", stops)
print("hits", CountOnly.seen)
'''


class PythonScripting(DebugTest):
    def test_a_script(self):
        path = os.path.join(self.scratch_directory(), "script.py")
        with open(path, "w", encoding="utf-8") as script:
            script.write(SCRIPT)
        text = self.gdb_on("calls_deep", f"source {path}").text
        self.assertIn("frames ['inner', 'middle', 'outer', 'main']", text)
        self.assertIn("text b'origin'", text)
        self.assertIn("touched 7", text)
        self.assertIn("called 23", text)
        self.assertIn("threads 1 True", text)
        self.assertIn("stops ['BreakpointEvent', 'exit 42']", text)
        self.assertIn("hits 4", text)


if __name__ == "__main__":
    main()
