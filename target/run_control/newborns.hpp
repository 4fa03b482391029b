#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "target/address_space.hpp"
#include "target/linux/child_events.hpp"
#include "target/thread.hpp"
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
  /// What a new process got from its parent's being debugged.
  struct Legacy {
    std::shared_ptr<AddressSpace> traps;  ///< in the memory that it got; null if it shares that
    std::optional<Passing> passing;       ///< it begins on a copy
  };
  /// The parent told of a new process.
  void release_process(Pid child, Legacy legacy);

  bool waiting() const { return !expected_.empty(); }

 private:
  void let_go(Pid child, const Legacy& legacy);

  std::unordered_map<Tid, linux::ChildEvent> early_;
  std::unordered_map<Pid, Legacy> expected_;
};

}  // namespace target::run_control
