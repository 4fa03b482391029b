#!/usr/bin/python3
"""lldb-dap, which editors run, debugs with this server in place of its own: LLDB_DEBUGSERVER_PATH names it."""

import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import processes
from dap import Adapter
from debug_test import DebugTest, main
from servers import inferior_path, server_path

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "inferiors" / "calls_deep.c"


def line_of(text):
    return 1 + next(number for number, line in enumerate(SOURCE.read_text().splitlines()) if text in line)


class DebugAdapter(DebugTest):
    def setUp(self):
        super().setUp()
        self.require_tool("lldb-dap-19")
        environment = dict(os.environ, LLDB_DEBUGSERVER_PATH=server_path())
        self.adapter = Adapter("lldb-dap-19", environment=environment)
        self.addCleanup(self.adapter.end)
        self.adapter.request("initialize", adapterID="test", pathFormat="path", linesStartAt1=True)

    def start(self, how, **arguments):
        """Launches or attaches, with whatever the caller sets up in between."""
        started = self.adapter.send(how, **arguments)
        self.adapter.event("initialized")
        return started

    def top_frame(self, thread):
        return self.adapter.request("stackTrace", threadId=thread, levels=20)["stackFrames"][0]

    def names_of_frames(self, thread):
        return [frame["name"] for frame in self.adapter.request("stackTrace", threadId=thread)["stackFrames"]]

    def servers(self):
        return [pid for pid in processes.descendants()
                if processes.executable_of(pid) == server_path()]

    def test_launch_break_step_evaluate_and_end(self):
        started = self.start("launch", program=inferior_path("calls_deep"), args=["one"])
        set_points = self.adapter.request("setBreakpoints", source={"path": str(SOURCE)},
                                          breakpoints=[{"line": line_of("int doubled = value * 2")}])
        self.assertTrue(set_points["breakpoints"][0]["verified"])
        self.adapter.request("configurationDone")
        self.adapter.response_to(started)
        self.assertEqual(len(self.servers()), 1, "the program is not debugged by this server")

        thread = self.adapter.event("stopped", reason="breakpoint")["threadId"]
        self.assertEqual(self.names_of_frames(thread)[:4], ["inner", "middle", "outer", "main"])
        frame = self.top_frame(thread)
        scopes = self.adapter.request("scopes", frameId=frame["id"])["scopes"]
        local = next(scope for scope in scopes if scope["name"] == "Locals")
        variables = self.adapter.request("variables", variablesReference=local["variablesReference"])["variables"]
        self.assertIn(("value", "8"), [(variable["name"], variable["value"]) for variable in variables])
        result = self.adapter.request("evaluate", expression="factorial(value) + add(1, 1)", frameId=frame["id"], context="watch")
        self.assertEqual(result["result"], "40322")

        self.adapter.request("next", threadId=thread)
        self.adapter.event("stopped", reason="step")
        self.assertEqual(self.top_frame(thread)["line"], line_of("touched = doubled;"))
        self.adapter.request("stepOut", threadId=thread)
        self.adapter.event("stopped", reason="step")
        self.assertEqual(self.names_of_frames(thread)[0], "middle")

        self.adapter.request("continue", threadId=thread)
        self.assertEqual(self.adapter.event("exited")["exitCode"], 42)
        self.assertIn("answer 42", self.printed())
        self.adapter.event("terminated")
        self.adapter.request("disconnect")
        processes.wait_until(lambda: not self.servers(), "end of the debug server")

    def printed(self):
        text = ""
        while "answer" not in text:
            text += self.adapter.event("output", category="stdout")["output"]
        return text

    def test_attach_pause_and_disconnect(self):
        inferior = self.inferior("counts_forever")
        started = self.start("attach", pid=inferior.pid, program=inferior.path)
        self.adapter.request("setFunctionBreakpoints", breakpoints=[{"name": "count_once"}])
        self.adapter.request("configurationDone")
        self.adapter.response_to(started)
        thread = self.adapter.event("stopped", reason="breakpoint")["threadId"]
        self.assertEqual(self.names_of_frames(thread)[0], "count_once")
        self.adapter.request("setFunctionBreakpoints", breakpoints=[])
        self.adapter.request("continue", threadId=thread)
        # lldb refuses to stop a process of which it has not yet heard itself that it runs, and the adapter keeps quiet.
        self.adapter.event("continued")
        inferior.wait_for_progress("counter")
        self.adapter.request("pause", threadId=thread)
        self.adapter.event("stopped")
        self.adapter.request("disconnect", terminateDebuggee=False)
        self.assert_runs_untouched(inferior, "counter")
        processes.wait_until(lambda: not self.servers(), "end of the debug server")


if __name__ == "__main__":
    main()
