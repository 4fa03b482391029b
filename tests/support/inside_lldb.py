"""For `command script import` into lldb: what its command line can't do or waits for in vain."""

import json
import pathlib
import sys

import lldb

sys.path.append(str(pathlib.Path(__file__).resolve().parent))
from processes import wait_until


def connect(port):
    """Connects to a server that has no process yet; `process connect` would wait for one to stop."""
    debugger = lldb.debugger
    debugger.SetAsync(True)
    error = lldb.SBError()
    url = f"connect://localhost:{port}"
    process = debugger.GetSelectedTarget().ConnectRemote(debugger.GetListener(), url, "gdb-remote", error)
    # The event may have gone to lldb's own thread.
    wait_until(lambda: error.Fail() or process.state == lldb.eStateConnected, "a connection")
    debugger.SetAsync(False)
    print("connected" if error.Success() else error)


def run_with_input(arguments, text):
    """Launches the program, types the text, and waits for the end."""
    debugger, error = lldb.debugger, lldb.SBError()
    debugger.SetAsync(True)
    launch = lldb.SBLaunchInfo(arguments)
    listener = lldb.SBListener("run_with_input")
    launch.SetListener(listener)
    process = debugger.GetSelectedTarget().Launch(launch, error)
    process.PutSTDIN(text)

    def has_ended():
        while listener.GetNextEvent(lldb.SBEvent()):
            pass
        return process.state == lldb.eStateExited

    wait_until(has_ended, "the end")
    print("ended with", process.GetExitStatus())


def continue_and_stop():
    """Continues the process and stops it again while it runs."""
    debugger, process = lldb.debugger, lldb.target.process
    debugger.SetAsync(True)
    process.Continue()
    # lldb refuses to stop a process of which its own event has not come round yet.
    wait_until(lambda: process.state == lldb.eStateRunning, "the process to run")
    error = process.Stop()
    debugger.SetAsync(False)
    print("state", error.Success() and process.state == lldb.eStateStopped)


def print_backtrace(at_most):
    """One line of JSON: the selected thread's frames as [pc, function, file, line], the innermost first."""
    frames, inner = [], None
    for frame in lldb.debugger.GetSelectedTarget().process.selected_thread:
        if frame.IsArtificial() or len(frames) == at_most:  # guessed: it left by a jump
            continue
        line = frame.line_entry
        # The rest of a frame that has functions inlined in it begins, for lldb, where their code does.
        pc = frames[-1][0] if inner is not None and inner.IsInlined() else frame.pc
        inner = frame
        frames.append((pc, frame.GetFunctionName(), line.file.fullpath or "", line.line if line.IsValid() else 0))
    print("backtrace " + json.dumps(frames))
