#include "target/stops/classify.hpp"

#include <csignal>

namespace target::stops {
namespace {

using linux::PtraceEvent;

// si_code of a SIGTRAP on x86: int3 is SI_KERNEL, not TRAP_BRKPT, which the kernel uses for a step over a
// system call instead; a step into a signal handler has SIGTRAP itself (ptrace_notify). Linux 2.6 to 6.18.
constexpr int code_int3 = SI_KERNEL;
constexpr int code_into_handler = SIGTRAP;

bool sent_by_kill(int code) { return code <= 0; }

bool is_stop_signal(Signal signal) {
  return signal.number == SIGSTOP || signal.number == SIGTSTP || signal.number == SIGTTIN ||
         signal.number == SIGTTOU;
}

Meaning classify_trap(const StopFacts& facts) {
  if (sent_by_kill(facts.trap_code)) return StopCause{SignalStop{facts.event.signal}};
  if (facts.trap_code == code_int3) {
    if (facts.trap_behind_pc || facts.claims_foreign_traps)
      return StopCause{SoftwareBreakpointHit{facts.pc - 1}};
    return StopCause{SignalStop{facts.event.signal}};
  }
  if (facts.debug_register_hit) return *facts.debug_register_hit;
  if (facts.stepping) return StopCause{StepDone{facts.trap_code == code_into_handler}};
  return StopCause{SignalStop{facts.event.signal}};
}

}  // namespace

Meaning classify(const StopFacts& facts) {
  switch (facts.event.event) {
    case PtraceEvent::Stop:
      if (is_stop_signal(facts.event.signal)) return GroupStop{facts.event.signal};
      return Attention{};
    case PtraceEvent::Clone:
      return ThreadBorn{Tid{static_cast<int>(facts.message)}};
    case PtraceEvent::Fork:
      return ProcessBorn{Pid{static_cast<int>(facts.message)}, false};
    case PtraceEvent::Vfork:
      return ProcessBorn{Pid{static_cast<int>(facts.message)}, true};
    case PtraceEvent::VforkDone:
      return VforkEnded{};
    case PtraceEvent::Exec:
      return ImageReplaced{Tid{static_cast<int>(facts.message)}};
    case PtraceEvent::Seccomp:
    case PtraceEvent::None:
      break;
  }
  if (facts.at_syscall && facts.syscall_entry) return StopCause{SyscallEntry{facts.syscall}};
  if (facts.at_syscall) return StopCause{SyscallReturn{facts.syscall.number, facts.syscall_result}};
  if (facts.event.signal.number == SIGTRAP) return classify_trap(facts);
  return StopCause{SignalStop{facts.event.signal}};
}

}  // namespace target::stops
