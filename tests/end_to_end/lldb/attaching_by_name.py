#!/usr/bin/python3
"""lldb attaches to programs by their names, to those that run and to those that are still to be started."""

import pathlib
import shutil
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import rsp
from debug_test import DebugTest, main
from processes import Inferior, Program
from servers import Server, inferior_path

INSIDE = pathlib.Path(__file__).resolve().parents[2] / "support" / "inside_lldb.py"


class AttachingByName(DebugTest):
    def setUp(self):
        super().setUp()
        self.require_tool("lldb-19")
        # A name that no other process of this machine has.
        self.path = pathlib.Path(self.scratch_directory()) / f"counts_for_{id(self):x}"
        shutil.copy(inferior_path("counts_forever"), self.path)
        self.server = Server.multi()

    def lldb(self, *commands):
        line = ["lldb-19", "--no-lldbinit", "--no-use-colors", "--batch"]
        for command in (f"command script import {INSIDE}", f"script inside_lldb.connect({self.server.port})", *commands, "quit"):
            line += ["-o", command]
        return Program(*line, self.path)

    def finish(self, lldb):
        lldb.wait_for_exit(30)
        return lldb.lines.wait_for_end()

    def raw_client(self):
        client = self.server.connect()
        client.stop_acks()
        client.ask("QEnableErrorStrings")
        return client

    def test_a_program_that_runs(self):
        inferior = Inferior(self.path)
        text = self.finish(self.lldb(f"process attach --name {self.path.name}", "thread backtrace", "process detach"))
        self.assertIn(f"Attached; pid = {inferior.pid}", self.server.text)
        self.assertIn("count_once", text)
        self.assertIn(f"Process {inferior.pid} detached", text)
        self.assert_runs_untouched(inferior, "counter")

    def test_a_program_that_is_yet_to_be_started(self):
        running = Inferior(self.path)
        lldb = self.lldb(f"process attach --waitfor --name {self.path.name}", "process detach")
        self.server.wait_for("Waiting for a new process")
        inferior = Inferior(self.path)
        self.assertIn(f"Process {inferior.pid} detached", self.finish(lldb))
        self.assert_runs_untouched(inferior, "counter")
        self.assert_runs_untouched(running, "counter")

    def test_a_name_that_two_have(self):
        pids = {Inferior(self.path).pid, Inferior(self.path).pid}
        client = self.raw_client()
        for packet in ("vAttachName;", "vAttachOrWait;"):
            answer = bytes.fromhex(client.ask(packet + rsp.as_hex(self.path.name)).split(";")[1]).decode()
            for pid in pids:
                self.assertIn(str(pid), answer)

    def test_waiting_ends_with_an_interrupt_or_the_client(self):
        client = self.raw_client()
        client.send("vAttachWait;" + rsp.as_hex(self.path.name))
        client.interrupt()
        self.assertTrue(client.receive().startswith("E"))
        client.send("vAttachOrWait;" + rsp.as_hex(self.path.name))
        client.close()
        client = self.raw_client()
        inferior = Inferior(self.path)
        inferior.wait_for_progress("counter")
        self.assertTrue(client.ask("qAttached").startswith("E"))
        self.assert_runs_untouched(inferior, "counter")


if __name__ == "__main__":
    main()
