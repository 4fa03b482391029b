"""Driving lldb with a list of commands: lldb 19, or Debian's own lldb 14."""

import pathlib

from processes import Program

VERSIONS = (14, 19)
_UNPACKED = pathlib.Path(__file__).resolve().parents[2] / "build" / "lldb-14" / "usr"


def command_line(version):
    if version == 19:
        return ["lldb-19"]
    # It is not installed (tools/install-dependencies says why), and finds neither its library nor its Python module,
    # which no command here needs.
    libraries = f"{_UNPACKED}/lib/llvm-14/lib:{_UNPACKED}/lib/x86_64-linux-gnu"
    return ["env", f"LD_LIBRARY_PATH={libraries}", f"{_UNPACKED}/lib/llvm-14/bin/lldb"]


def run(commands, program=None, timeout=40.0, batch=True, version=19):
    """Runs the commands in order and returns all that lldb printed; a batch ends at a fatal signal."""
    line = [*command_line(version), "--no-lldbinit", "--no-use-colors", *(["--batch"] if batch else [])]
    for command in ("settings set symbols.enable-external-lookup false", *commands, "quit"):
        line += ["-o", command]
    lldb = Program(*line, *([program] if program else []))
    try:
        lldb.wait_for_exit(timeout)
        return lldb.lines.wait_for_end()
    finally:
        lldb.end()
