"""For `source` in gdb: backtraces as data."""

import json

import gdb


def frames_of(thread, at_most):
    """The innermost first. Left out are functions that left by a jump: gdb guesses them, the stack knows nothing of them."""
    thread.switch()
    frames, frame = [], gdb.newest_frame()
    while frame is not None and frame.is_valid() and len(frames) < at_most:
        line = frame.find_sal()
        if frame.type() != gdb.TAILCALL_FRAME:
            frames.append((frame.pc(), frame.name(), line.symtab.filename if line.symtab else "", line.line if line.symtab else 0))
        try:
            frame = frame.older()
        except gdb.error:
            break
    return frames


def print_backtraces(at_most):
    """One line of JSON: by thread id, its frames as [pc, function, file, line]."""
    gdb.execute("set backtrace past-main on")
    found = {thread.ptid[1]: frames_of(thread, at_most) for thread in gdb.selected_inferior().threads()}
    print("backtraces " + json.dumps(found))
