"""For `command script import` into lldb: what its command line can't do or waits for in vain."""

import lldb


def connect(port):
    """Connects to a server that has no process yet; `process connect` would wait for one to stop."""
    debugger = lldb.debugger
    debugger.SetAsync(True)
    listener, error = debugger.GetListener(), lldb.SBError()
    process = debugger.GetSelectedTarget().ConnectRemote(listener, f"connect://localhost:{port}", "gdb-remote", error)
    event = lldb.SBEvent()
    while error.Success() and process.state != lldb.eStateConnected:
        if not listener.WaitForEvent(5, event):
            break
    debugger.SetAsync(False)
    print("connected" if error.Success() else error)


def converse(arguments, text):
    """Launches the program, lets it read the text, and prints what it writes until it ends."""
    debugger, error = lldb.debugger, lldb.SBError()
    debugger.SetAsync(True)
    launch = lldb.SBLaunchInfo(arguments)
    listener = lldb.SBListener("converse")
    launch.SetListener(listener)
    process = debugger.GetSelectedTarget().Launch(launch, error)
    process.PutSTDIN(text)
    event = lldb.SBEvent()
    written = ""
    while error.Success() and process.state != lldb.eStateExited and listener.WaitForEvent(5, event):
        written += process.GetSTDOUT(1 << 16)
    print(written + process.GetSTDOUT(1 << 16))
    print("state", lldb.SBDebugger.StateAsCString(process.state), process.GetExitStatus())
