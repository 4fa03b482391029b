#pragma once

#include <optional>
#include <vector>

#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/signal.hpp"

namespace target {

/// What one thread is to do next.
struct ResumeAction {
  enum class Kind { Continue, Step, StepRange, Stop };

  Kind kind = Kind::Continue;
  Signal signal;       ///< delivered as it resumes; 0: none
  AddressRange range;  ///< StepRange: step while the pc stays inside

  bool steps() const { return kind == Kind::Step || kind == Kind::StepRange; }
};

/// A whole vCont: the first entry that matches a thread decides; threads that none matches stay as they are.
struct ResumePlan {
  struct Entry {
    ThreadSelector threads;
    ResumeAction action;
  };
  std::vector<Entry> entries;
  /// What threads do that are born under this plan and that no entry matches; they stand still if there is nothing.
  std::optional<ResumeAction> unborn;

  const ResumeAction* action_for(ThreadId id) const {
    for (const auto& entry : entries)
      if (entry.threads.matches(id)) return &entry.action;
    return nullptr;
  }
  const ResumeAction* action_for_newborn(ThreadId id) const {
    const auto* action = action_for(id);
    return action != nullptr || !unborn ? action : &*unborn;
  }
};

}  // namespace target
