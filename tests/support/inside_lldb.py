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


def output():
    """Everything that the program has written and that nobody has read yet."""
    text = ""
    while piece := lldb.debugger.GetSelectedTarget().process.GetSTDOUT(1 << 16):
        text += piece
    return text
