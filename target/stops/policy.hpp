#pragma once

#include "target/stops/classify.hpp"
#include "target/types/resume_plan.hpp"
#include "target/types/signal.hpp"
#include "target/types/stop_event.hpp"
#include "target/types/syscall_filter.hpp"

namespace target::stops {

/// What the client has asked for, once for all threads.
struct Wishes {
  bool attended = false;     ///< a client is there to hear of stops
  bool exec_events = false;  ///< it knows what an exec is
  bool fork_events = false;  ///< and a fork: children are held for it
  bool vfork_events = false;
  bool all_at_once = false;    ///< a stop tells of all threads that have something to tell
  bool thread_events = false;  ///< births and ends of all threads are reported
  SignalSet pass;            ///< signals to be delivered without a word
};

/// What holds for the thread that stopped.
struct Circumstances {
  const Wishes& wishes;
  const ResumeAction& action;  ///< what it was told to do
  const SyscallFilter& syscalls;
  Address pc;
  bool halting = false;        ///< the others are being stopped for somebody's report
  /// A breakpoint is set where it stopped: a fault there may be the breakpoint's own doing, for example where
  /// the client put one on a stack that cannot be executed.
  bool at_breakpoint = false;
  /// False if the breakpoint that it met has a condition that does not hold, or commands instead; or if an observer
  /// has seen enough.
  bool stops_program = true;
  bool stop_insisted = false;  ///< by an observer
};

enum class Verdict {
  Report,   ///< the client hears of it
  Swallow,  ///< runs on at once
  Hold,     ///< stays stopped for the sake of another's report
};
struct Decision {
  Verdict verdict;
  Signal deliver;  ///< goes to the program when the thread runs next
};

/// Makes no system call.
Decision decide(const StopCause& cause, const Circumstances& circumstances);

}  // namespace target::stops
