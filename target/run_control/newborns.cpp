#include "target/run_control/newborns.hpp"

#include "target/arch/amd64/register_table.hpp"
#include "target/linux/memory_io.hpp"
#include "target/linux/ptrace.hpp"
#include "target/run_control/step_over.hpp"

namespace target::run_control {

void Newborns::stopped(const linux::ChildEvent& event) {
  const Pid as_process{event.tid.value};
  if (const auto known = expected_.find(as_process); known != expected_.end()) {
    const auto legacy = std::move(known->second);
    expected_.erase(known);
    let_go(as_process, legacy);
    return;
  }
  early_[event.tid] = event;
}

void Newborns::gone(Tid tid) {
  early_.erase(tid);
  expected_.erase(Pid{tid.value});
}

std::optional<linux::ChildEvent> Newborns::claim_thread(Tid tid) {
  const auto found = early_.find(tid);
  if (found == early_.end()) return std::nullopt;
  const auto event = found->second;
  early_.erase(found);
  return event;
}

void Newborns::release_process(Pid child, Legacy legacy) {
  if (claim_thread(leader_of(child)))
    let_go(child, legacy);
  else
    expected_.emplace(child, std::move(legacy));
}

void Newborns::let_go(Pid child, const Legacy& legacy) {
  const Tid leader = leader_of(child);
  if (legacy.traps != nullptr) legacy.traps->breakpoints().clean_copy(linux::MemoryIo(leader));
  if (legacy.passing) {
    RegisterFile registers(leader, arch::amd64::register_layout());
    move_home(registers, *legacy.passing->copy);
    (void)registers.flush();
  }
  (void)linux::detach(leader, Signal{});
}

}  // namespace target::run_control
