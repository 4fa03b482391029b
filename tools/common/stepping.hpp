#pragma once

#include <functional>
#include <optional>
#include <string>

#include "target/observers/step_observer.hpp"
#include "target/symbols/symbols.hpp"
#include "tools/common/debuggee.hpp"

namespace tools {

/// Between which places threads are stepped; everything else runs at full speed. Without a beginning all are from where
/// they are.
struct Stretch {
  std::optional<target::Address> from, to;
};
/// \param from, to  locations, or ""
target::Result<Stretch> find_stretch(Debuggee& debuggee, const std::string& from, const std::string& to);

/// Steps threads under the eyes of an observer until the programs end, the user wants an end, or `enough` says so.
class Stepping {
 public:
  Stepping(Debuggee& debuggee, target::observers::StepObserver& observer, const Stretch& stretch)
      : debuggee_(debuggee), observer_(observer), stretch_(stretch) {}

  void run(const std::function<bool()>& enough);
  /// How often a thread has come from the beginning to the end of the stretch.
  std::uint64_t passes() const { return passes_; }

 private:
  /// \param only_at  threads that stand there; nothing: all
  void watch_all(target::Process& process, std::optional<target::Address> only_at = {});
  void look_at(const target::StopEvent& event);
  target::ResumePlan plan(const std::optional<target::StopEvent>& after) const;

  Debuggee& debuggee_;
  target::observers::StepObserver& observer_;
  Stretch stretch_;
  std::uint64_t passes_ = 0;
};

}  // namespace tools
