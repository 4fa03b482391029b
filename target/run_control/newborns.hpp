#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "target/address_space.hpp"
#include "target/linux/child_events.hpp"
#include "target/types/ids.hpp"

namespace target::run_control {

/// Tasks the kernel has begun to trace for us and that nobody has claimed yet.
///
/// The first stop of a child and its parent's event come in either order. A new thread's early stop waits
/// here for the parent's event. A new process is let go again, without our traps, as soon as both are in.
class Newborns {
 public:
  /// A stop of a task that is in no table.
  void stopped(const linux::ChildEvent& event);
  void gone(Tid tid);

  /// The parent told of a new thread: its first stop, if it has been seen.
  std::optional<linux::ChildEvent> claim_thread(Tid tid);
  /// The parent told of a new process. `traps` are those in the memory it got, null if it shares them.
  void release_process(Pid child, std::shared_ptr<AddressSpace> traps);

  bool waiting() const { return !expected_.empty(); }

 private:
  void let_go(Pid child, const AddressSpace* traps);

  std::unordered_map<Tid, linux::ChildEvent> early_;
  std::unordered_map<Pid, std::shared_ptr<AddressSpace>> expected_;
};

}  // namespace target::run_control
