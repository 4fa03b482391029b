"""The base of the end-to-end tests: everything started is ended, and the drivers are at hand."""

import faulthandler
import re
import shutil
import sys
import tempfile
import unittest

import gdb_driver
import lldb_driver
import processes
from processes import Inferior
from servers import Server, inferior_path

LONGEST_TEST_FILE = 110


class DebugTest(unittest.TestCase):
    longMessage = True
    lldb_version = 19
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        faulthandler.dump_traceback_later(LONGEST_TEST_FILE, exit=True)
        processes.own_all_descendants()

    def setUp(self):
        self.addCleanup(processes.end_all_descendants)

    def require_tool(self, name):
        if not shutil.which(name):
            self.skipTest(f"{name} is not installed")

    def scratch_directory(self):
        directory = tempfile.TemporaryDirectory(prefix="remora-test-", ignore_cleanup_errors=True)
        self.addCleanup(directory.cleanup)
        return directory.name

    def inferior(self, name, *arguments):
        return Inferior(inferior_path(name), *arguments)

    def launch(self, name, *arguments, options=("--once",)):
        return Server.launching(name, *arguments, options=options)

    def attach(self, inferior, options=("--once",)):
        return Server.attached_to(inferior.pid, options=options)

    def gdb(self, server, *commands, program=None, timeout=30.0):
        """Connects gdb to the server and runs the commands."""
        connect = f"target remote {server.remote}"
        return gdb_driver.run([connect, *commands], program and inferior_path(program), timeout)

    def gdb_on(self, name, *commands, arguments=(), timeout=30.0):
        """Launches a program under a server, connects gdb with its symbols, and runs the commands."""
        server = self.launch(name, *arguments)
        return self.gdb(server, *commands, program=name, timeout=timeout)

    def lldb_on(self, name, *commands, arguments=(), timeout=40.0, batch=True):
        """Launches a program under a server, connects lldb with its symbols, and runs the commands."""
        server = self.launch(name, *arguments)
        return self.lldb(server, *commands, program=name, timeout=timeout, batch=batch)

    def lldb(self, server, *commands, program=None, timeout=40.0, batch=True):
        """Connects lldb to the server and runs the commands."""
        return lldb_driver.run([f"gdb-remote {server.port}", *commands], program and inferior_path(program), timeout, batch,
                               self.lldb_version)

    def assert_runs_untouched(self, inferior, counter):
        """Not traced, making progress, and its code as in its file."""
        processes.wait_until(lambda: processes.tracer_of(inferior.pid) == 0, "end of tracing")
        inferior.wait_for_progress(counter)
        self.assertEqual(processes.patched_text(inferior.pid), [])

    def assert_in_order(self, text, *patterns):
        """Each pattern is found after the one before it."""
        position = 0
        for pattern in patterns:
            found = re.compile(pattern, re.MULTILINE).search(text, position)
            self.assertTrue(found, f"no /{pattern}/ after offset {position} in:\n{text}")
            position = found.end()


def for_each_lldb(tests):
    """Decorates a class of tests that are to run with every lldb that Debian 12 has."""
    for version in lldb_driver.VERSIONS:
        name = f"{tests.__name__}WithLldb{version}"
        setattr(sys.modules[tests.__module__], name, type(name, (tests,), {"lldb_version": version}))


def main():
    unittest.main(warnings="ignore")
