#pragma once

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

  const ResumeAction* action_for(ThreadId id) const {
    for (const auto& entry : entries)
      if (entry.threads.matches(id)) return &entry.action;
    return nullptr;
  }
};

}  // namespace target
