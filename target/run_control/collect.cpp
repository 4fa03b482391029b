#include "target/run_control/collect.hpp"

#include <csignal>
#include <cstring>

#include "target/process.hpp"

namespace target::run_control {
namespace {

int trap_code(const Thread& thread) {
  const auto info = thread.siginfo();
  if (!info) return SI_USER;
  siginfo_t decoded;
  std::memcpy(&decoded, info->data(), sizeof decoded);
  return decoded.si_code;
}

void collect_trap(Thread& thread, stops::StopFacts& facts) {
  auto& space = thread.process().space();
  facts.trap_code = trap_code(thread);
  facts.pc = thread.registers().pc().value_or(Address{});
  facts.trap_behind_pc = space.breakpoints().armed(facts.pc - 1);
  if (facts.trap_behind_pc && facts.trap_code == SI_KERNEL) return;
  if (const auto status = thread.debug_status(); status && *status != 0)
    facts.debug_register_hit = space.watch_slots().hit(*status);
}

constexpr int syscall_stop_signal = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

void collect_syscall(Thread& thread, stops::StopFacts& facts) {
  facts.at_syscall = true;
  const auto stop = linux::syscall_stop(thread.id().tid);
  if (stop) {
    facts.syscall_entry = stop->entry;
    facts.syscall = stop->call;
    facts.syscall_result = stop->result;
  }
  if (!facts.syscall_entry) facts.syscall.number = thread.registers().system_call().value_or(-1);
}

}  // namespace

stops::StopFacts collect_facts(Thread& thread, const linux::ChildEvent& event,
                               bool claims_foreign_traps) {
  stops::StopFacts facts;
  facts.event = event;
  facts.stepping = thread.stepping();
  facts.claims_foreign_traps = claims_foreign_traps;
  if (event.event == linux::PtraceEvent::None && event.signal.number == SIGTRAP)
    collect_trap(thread, facts);
  else if (event.event == linux::PtraceEvent::Seccomp ||
           (event.event == linux::PtraceEvent::None && event.signal.number == syscall_stop_signal))
    collect_syscall(thread, facts);
  else if (event.event != linux::PtraceEvent::None && event.event != linux::PtraceEvent::Stop)
    facts.message = linux::event_message(event.tid).value_or(0);
  return facts;
}

}  // namespace target::run_control
