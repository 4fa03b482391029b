#pragma once

#include <variant>

#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/signal.hpp"
#include "target/types/system_call.hpp"

namespace target {

enum class WatchKind { Write, Read, Access };

struct SoftwareBreakpointHit {
  Address at;
};
struct HardwareBreakpointHit {
  Address at;
};
struct WatchpointHit {
  Address at;
  WatchKind kind = WatchKind::Write;
};
struct StepDone {
  /// A signal handler has been entered; no instruction has been executed.
  bool into_handler = false;
};
/// A signal is about to be delivered; the client decides whether it is.
struct SignalStop {
  Signal signal;
};
/// The client asked for the stop with an interrupt (Ctrl-C).
struct Interrupted {};
/// Stopped only so that a client may look: attach, a new connection.
struct Quiet {};
/// The client told this thread to stop (vCont;t).
struct StoppedOnRequest {};
/// A new program runs in the process.
struct Execed {};
/// A process has been born; it stands still, and is being debugged from now on.
struct Forked {
  ThreadId child;
  bool shares_memory = false;  ///< vfork
};
/// The child of a vfork has given the memory back.
struct VforkDone {};
struct SyscallEntry : SystemCall {};
struct SyscallReturn {
  int number = 0;
  SystemCallResult result{};
};
/// A thread has been born, and stands at its beginning.
struct ThreadCreated {};
/// The thread has made another one, which stands at its beginning.
struct Cloned {
  ThreadId child;
};
/// The thread is gone; others of its process are not.
struct ThreadExited {
  int code = 0;
};
struct ProcessExited {
  int code = 0;
};
struct ProcessKilled {
  Signal signal;
};
/// Every thread that was to run has gone, and others are still held.
struct NothingLeftToRun {};

using StopCause =
    std::variant<Quiet, StoppedOnRequest, SoftwareBreakpointHit, HardwareBreakpointHit, WatchpointHit, StepDone,
                 SignalStop, Interrupted, Execed, Forked, VforkDone, SyscallEntry,
                 SyscallReturn, ThreadCreated, Cloned, ThreadExited, ProcessExited, ProcessKilled, NothingLeftToRun>;

struct StopEvent {
  ThreadId thread;
  StopCause cause;
};

inline bool ends_process(const StopCause& cause) {
  return std::holds_alternative<ProcessExited>(cause) ||
         std::holds_alternative<ProcessKilled>(cause);
}

/// Nobody is left whom the event could be asked about.
inline bool ends_thread(const StopCause& cause) {
  return ends_process(cause) || std::holds_alternative<ThreadExited>(cause);
}

}  // namespace target
