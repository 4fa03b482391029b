"""Driving gdb: `run` for a list of commands, `Session` where the test must act between them."""

import os
import re
import signal
import subprocess

from processes import Missed, Program

SETTINGS = ("set confirm off", "set width 0", "set height 0", "set pagination off", "set debuginfod enabled off",
            "set style enabled off", "set remotetimeout 10")


class Output:
    """What gdb printed, whole and by command."""

    def __init__(self, text, commands, status):
        self.text, self.status = text, status
        self._commands = commands
        self._parts = re.split(r"\n?@@done \d+\n", text)

    def of(self, command, nth=0):
        """What the nth command of that text printed."""
        at = [i for i, known in enumerate(self._commands) if known == command][nth]
        if at >= len(self._parts):
            raise Missed(f"gdb never came to {command!r}; it printed:\n{self.text}")
        return self._parts[at]

    def __str__(self):
        return self.text


def command_line(commands, program=None):
    line = ["gdb", "-batch", "-nx", "-q"]
    for setting in SETTINGS:
        line += ["-iex", setting]
    for number, command in enumerate(commands):
        line += ["-ex", command, "-ex", rf"echo \n@@done {number}\n"]
    return line + ([program] if program else [])


def run(commands, program=None, timeout=30.0, environment=None):
    commands = list(commands)
    gdb = Program(*command_line(commands, program), env={**os.environ, **(environment or {})})
    try:
        status = gdb.wait_for_exit(timeout)
        return Output(gdb.lines.wait_for_end(), commands, status)
    finally:
        gdb.end()


class Session(Program):
    """A gdb that is told one command after another."""

    def __init__(self, program=None):
        settings = [word for setting in SETTINGS for word in ("-iex", setting)]
        super().__init__("gdb", "-nx", "-q", *settings, *([program] if program else []), stdin=subprocess.PIPE)
        self._marks = 0

    def tell(self, command):
        """Gives a command without waiting for its end; returns where its output begins."""
        start = len(self.text)
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        return start

    def do(self, command, timeout=20.0):
        """Gives a command, waits for its end, and returns what it printed."""
        start = self.tell(command)
        return self.finish(start, timeout)

    def finish(self, start, timeout=20.0):
        """Waits for the end of a command given by `tell` and returns what it printed."""
        self._marks += 1
        self.tell(rf"echo \n@@mark {self._marks}\n")
        end = self.wait_for(rf"^@@mark {self._marks}$", start, timeout)
        return self.text[start:end.start()]

    def interrupt(self):
        self.signal(signal.SIGINT)

    def quit(self):
        self.tell("quit")
        return self.wait_for_exit()
