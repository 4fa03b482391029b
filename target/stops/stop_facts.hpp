#pragma once

#include <cstdint>
#include <optional>

#include "target/linux/child_events.hpp"
#include "target/types/address.hpp"
#include "target/types/stop_event.hpp"

namespace target::stops {

/// Everything that was seen of one stop, before anyone says what it means.
struct StopFacts {
  linux::ChildEvent event;
  Address pc;
  int trap_code = 0;            ///< si_code, for SIGTRAP only
  bool stepping = false;        ///< the thread had been resumed by a single step
  bool trap_behind_pc = false;  ///< one of our int3 is planted at pc - 1
  /// The client wants every int3 reported like one of ours, with the pc moved back onto it (gdb), not as a
  /// signal with the pc behind it (lldb).
  bool claims_foreign_traps = false;
  std::optional<StopCause> debug_register_hit;  ///< what DR6 says
  bool at_syscall = false;       ///< stopped by PTRACE_SYSCALL, or at an entry by a seccomp filter
  bool syscall_entry = false;
  SystemCall syscall;            ///< of a return only the number
  SystemCallResult syscall_result;
  std::uint64_t message = 0;                    ///< PTRACE_GETEVENTMSG, for events
};

}  // namespace target::stops
