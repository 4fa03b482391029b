#pragma once

#include <csignal>
#include <cstring>
#include <deque>
#include <optional>

#include "target/thread.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"

namespace target::run_control {

/// Threads that stand at a breakpoint they have reported, one after the other, each stepped past it with
/// the trap lifted while all other threads are held.
struct StepOver {
  struct Current {
    ThreadId thread;
    Address site;
  };
  std::deque<ThreadId> waiting;
  std::optional<Current> current;
  bool under_way = false;  // until the others have been set going

  bool concerns(ThreadId id) const { return current && current->thread == id; }
};

/// True for a signal that the instruction itself raised: stepping again would only raise it again.
inline bool raised_by_instruction(const HeldSignal& held) {
  siginfo_t info;
  std::memcpy(&info, held.info.data(), sizeof info);
  switch (held.signal.number) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
      return info.si_code > 0;
    default:
      return false;
  }
}

}  // namespace target::run_control
