"""Starting the server under test ($REMORA) with programs of tests/inferiors ($INFERIORS)."""

import os
import re
import socket
import subprocess

import rsp
from processes import Program


def server_path():
    return os.path.abspath(_required("REMORA", "the server's binary"))


def inferior_path(name):
    """A program of tests/inferiors; a path is taken as it is."""
    return name if "/" in name else os.path.join(os.path.abspath(_required("INFERIORS", "their directory")), name)


def _required(variable, meaning):
    if variable not in os.environ:
        raise SystemExit(f"set {variable} to {meaning}")
    return os.environ[variable]


class Server(Program):
    """A server listening on a port of its own choice."""

    def __init__(self, *arguments, **options):
        super().__init__(server_path(), *arguments, **options)
        self.port = int(self.wait_for(r"Listening on port (\d+)")[1])
        started = re.search(r"(?:created|Attached); pid = (\d+)", self.text)
        self.inferior = int(started[1]) if started else None

    @classmethod
    def launching(cls, name, *arguments, options=()):
        return cls(*options, "localhost:0", inferior_path(name), *arguments)

    @classmethod
    def attached_to(cls, pid, options=()):
        return cls(*options, "--attach", "localhost:0", pid)

    @classmethod
    def multi(cls, options=()):
        return cls("--multi", *options, "localhost:0")

    @property
    def remote(self):
        return f"localhost:{self.port}"

    def connect(self):
        return rsp.Client.over_tcp(self.port)


class StdioServer(Program):
    """A server speaking over its standard input and output; `text` is what it says on stderr."""

    def __init__(self, *arguments):
        super().__init__(server_path(), *arguments, stdin=subprocess.PIPE, separate_stdout=True)

    def connect(self):
        return rsp.Client.over_pipes(self.process)

    def close_stdin(self):
        self.process.stdin.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
