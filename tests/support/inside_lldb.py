"""For `command script import` into lldb: what its command line can't do or waits for in vain."""

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
