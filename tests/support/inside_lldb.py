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


def converse(arguments, first, answer, last):
    """Launches the program, types `first` until `answer` comes, then `last`, and waits for the end."""
    debugger, error = lldb.debugger, lldb.SBError()
    debugger.SetAsync(True)
    launch = lldb.SBLaunchInfo(arguments)
    listener = lldb.SBListener("converse")
    launch.SetListener(listener)
    process = debugger.GetSelectedTarget().Launch(launch, error)
    process.PutSTDIN(first)
    conversation = {"written": "", "typed": False}

    def has_ended():
        while listener.GetNextEvent(lldb.SBEvent()):
            pass
        conversation["written"] += process.GetSTDOUT(1 << 16)
        if answer in conversation["written"] and not conversation["typed"]:
            conversation["typed"] = process.PutSTDIN(last) > 0
        return process.state == lldb.eStateExited

    wait_until(has_ended, "the end")
    print(conversation["written"])
    print("ended with", process.GetExitStatus())
