"""Checks that must hold for this server; what another server makes of them is printed, not judged."""

import contextlib
import os
import subprocess

import processes
from debug_test import DebugTest


@contextlib.contextmanager
def _under(server):
    before = os.environ["REMORA"]
    os.environ["REMORA"] = server
    try:
        yield
    finally:
        os.environ["REMORA"] = before


class ComparedTest(DebugTest):
    rival = None          # its path
    rival_version = None  # the arguments that make it tell its version

    def hold_against_both(self, check):
        check()
        processes.end_all_descendants()
        if not os.path.exists(self.rival):
            return
        with _under(self.rival):
            try:
                check()
                found = "does it too"
            except (AssertionError, OSError) as why:
                found = "does not: " + str(why).strip().splitlines()[0][:160]
        print(f"{self._testMethodName}: {self._version()} {found}")

    def _version(self):
        said = subprocess.run([self.rival, *self.rival_version], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout
        return next(line for line in said.splitlines() if line.strip())
