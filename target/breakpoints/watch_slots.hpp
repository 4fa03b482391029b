#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "target/arch/amd64/debug_registers.hpp"
#include "target/breakpoints/hit_rules.hpp"
#include "target/types/address.hpp"
#include "target/types/result.hpp"
#include "target/types/stop_event.hpp"

namespace target::breakpoints {

/// Hardware breakpoints and watchpoints of one process, packed into the four debug registers. The threads
/// take them over when they next run.
class WatchSlots {
 public:
  /// ENOSPC if the registers are full, with what fills them. A length that one register cannot cover
  /// takes several.
  Result<void> watch(WatchKind kind, AddressRange range, const HitCode& code = {});
  Result<void> break_at(Address at, const HitCode& code = {});
  /// True if there was one.
  bool unwatch(WatchKind kind, AddressRange range);
  bool unbreak(Address at);
  void clear();

  /// Of the breakpoint or watchpoint that hit() told of; null if every hit is to be told.
  const HitRules* rules_for(const StopCause& hit) const;

  const arch::amd64::DebugSlots& registers() const { return registers_; }
  bool empty() const { return users_.empty(); }
  bool breaks_at(Address at) const;

  /// What a debug status (DR6) says was hit: a breakpoint, or else the first watchpoint.
  std::optional<StopCause> hit(std::uint64_t status) const;

 private:
  struct User {
    std::optional<WatchKind> kind;  // nothing: a breakpoint
    AddressRange range;
    SharedRules rules = nullptr;
    bool same_place(const User& other) const { return kind == other.kind && range == other.range; }
  };

  Result<void> add(User user, const HitCode& code);
  bool remove(const User& user);
  std::optional<arch::amd64::DebugSlots> pack(const std::vector<User>& users) const;
  std::string describe() const;

  std::vector<User> users_;
  arch::amd64::DebugSlots registers_{};
};

}  // namespace target::breakpoints
