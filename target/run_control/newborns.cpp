#include "target/run_control/newborns.hpp"

#include "target/linux/memory_io.hpp"
#include "target/linux/ptrace.hpp"

namespace target::run_control {

void Newborns::stopped(const linux::ChildEvent& event) {
  const Pid as_process{event.tid.value};
  if (const auto known = expected_.find(as_process); known != expected_.end()) {
    const auto traps = std::move(known->second);
    expected_.erase(known);
    let_go(as_process, traps.get());
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

void Newborns::release_process(Pid child, std::shared_ptr<AddressSpace> traps) {
  if (claim_thread(leader_of(child)))
    let_go(child, traps.get());
  else
    expected_.emplace(child, std::move(traps));
}

void Newborns::let_go(Pid child, const AddressSpace* traps) {
  if (traps != nullptr) traps->breakpoints().clean_copy(linux::MemoryIo(leader_of(child)));
  (void)linux::detach(leader_of(child), Signal{});
}

}  // namespace target::run_control
