"""Driving lldb-19 with a list of commands."""

from processes import Program


def run(commands, program=None, timeout=40.0, batch=True):
    """Runs the commands in order and returns all that lldb printed; a batch ends at a fatal signal."""
    line = ["lldb-19", "--no-lldbinit", "--no-use-colors", *(["--batch"] if batch else [])]
    for command in ("settings set symbols.enable-external-lookup false", *commands, "quit"):
        line += ["-o", command]
    lldb = Program(*line, *([program] if program else []))
    try:
        lldb.wait_for_exit(timeout)
        return lldb.lines.wait_for_end()
    finally:
        lldb.end()
