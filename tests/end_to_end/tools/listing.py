#!/usr/bin/python3
"""remora maps and ps: what /proc has, in order."""

import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import main
from servers import Server
from tool_test import ToolTest


class Listing(ToolTest):
    def test_maps(self):
        inferior = self.inferior("counts_forever")
        outcome = self.tool("maps", "--json", inferior.pid)
        lines = pathlib.Path(f"/proc/{inferior.pid}/maps").read_text().splitlines()
        self.assertEqual([(f"{one['begin']:08x}-{one['end']:08x}", one["permissions"]) for one in outcome.objects("mapping")],
                         [tuple(line.split()[:2]) for line in lines])
        self.assertRegex(self.tool("maps", inferior.pid).out, r"r-xp +\w+  /.*counts_forever")
        self.assert_refuses(self.tool("maps", 2 ** 22 + 1), str(2 ** 22 + 1))

    def test_ps_says_what_cannot_be_attached_to(self):
        free, taken = self.inferior("counts_forever"), self.inferior("counts_forever")
        server = Server.attached_to(taken.pid)
        found = {one["pid"]: one for one in self.tool("ps", "--json").objects("process")}
        self.assertTrue(found[free.pid]["attachable"])
        self.assertFalse(found[taken.pid]["attachable"])
        self.assertIn(str(server.process.pid), found[taken.pid]["why_not"])
        if 2 in found:
            self.assertIn("kernel", found[2]["why_not"])
        self.assertRegex(self.tool("ps").out, rf"(?m)^ +{os.getpid()} .*python")


if __name__ == "__main__":
    main()
