#pragma once

#include <variant>

#include "target/stops/stop_facts.hpp"
#include "target/types/ids.hpp"
#include "target/types/stop_event.hpp"

namespace target::stops {

/// The stop that PTRACE_INTERRUPT asked for, a new thread's first one, or the end of a group-stop.
struct Attention {};
/// Stopped as job control stops processes.
struct GroupStop {
  Signal signal;
};
struct ThreadBorn {
  Tid tid;
};
struct ProcessBorn {
  Pid pid;
  bool shares_memory = false;  ///< vfork: the child runs in our memory until VforkEnded
};
struct VforkEnded {};
/// execve; any thread may have called it, and it has the leader's id now.
struct ImageReplaced {
  Tid former;
};

/// What a stop means: something for a client, or something that only concerns the server.
using Meaning = std::variant<StopCause, Attention, GroupStop, ThreadBorn, ProcessBorn, VforkEnded,
                             ImageReplaced>;

/// Makes no system call. Where several things are true at once, the first of these wins: a ptrace event,
/// our software breakpoint, a debug register, a finished step, a signal.
Meaning classify(const StopFacts& facts);

}  // namespace target::stops
