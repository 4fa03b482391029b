#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "target/inferiors.hpp"
#include "target/types/stop_event.hpp"
#include "tools/common/symbol_book.hpp"

namespace tools::script {

/// A function of the script, as its interpreter knows it.
using Callback = int;

/// Where a script wants something to be: a location, which other programs may have too, or a number of one's own.
struct Whereabouts {
  std::string location;  ///< "": the number
  target::Address number;
};

/// What the script wants to be called for.
struct Hook {
  enum class Kind { Breakpoint, Watchpoint, Syscall, Signal };
  Kind kind = Kind::Breakpoint;
  Callback callback = 0;
  Whereabouts at{};
  target::WatchKind access = target::WatchKind::Write;
  std::uint64_t bytes = 0;
  int number = 0;  ///< of the system call or the signal
  bool gone = false;
};

/// Every hook, and in which process it has been put where. Children have their parent's.
class Hooks {
 public:
  static constexpr int any_number = -1;
  using Id = std::size_t;

  Hooks(target::Inferiors& inferiors, SymbolBook& book) : inferiors_(inferiors), book_(book) {}

  /// Breakpoints and watchpoints have to be possible in `process`, and are set in all others where they are. Nothing is left
  /// of what fails.
  target::Result<Id> add(target::Process& process, Hook hook);
  /// It is not called any more; its trap is taken out by sweep(). False if there is none.
  bool remove(Id id);
  /// Everything must be halted.
  void sweep();

  const Hook& operator[](Id id) const { return hooks_[id]; }
  /// Null if there are none. Good until a hook is added.
  const std::vector<Id>* breakpoints(target::Pid pid, target::Address at) const;
  const std::vector<Id>& syscalls() const { return syscalls_; }
  const std::vector<Id>& signals(target::Signal signal) const { return signals_[static_cast<std::size_t>(signal.number)]; }
  bool watches(Id id, target::Pid pid, const target::WatchpointHit& hit) const;
  const std::vector<Id>& watchpoints() const { return watchpoints_; }

  /// A trap of our own, at which nothing is called.
  target::Result<void> plant(target::Process& process, target::Address at);

  void born(const target::Process& parent, const target::Process& child);
  /// It has become another program; its hooks are set again when it has been linked.
  void replaced(target::Process& process);
  /// True if the new program has come to its own first instruction, and its hooks have been set.
  bool begins(target::Process& process, target::Address at);
  void ended(target::Pid pid) { placed_.erase(pid); }
  /// Nothing stays behind.
  void withdraw();

 private:
  struct Placed {
    std::unordered_map<target::Address, std::vector<Id>> breakpoints;
    std::unordered_map<Id, target::AddressRange> watchpoints;
    std::optional<target::Address> entry;  // of a program that is being linked
  };
  target::Result<std::vector<target::Address>> places(target::Process& process, const Whereabouts& at);
  target::Result<void> place(target::Process& process, Id id);
  target::Result<void> place_breakpoint(target::Process& process, Id id);
  target::Result<void> place_watchpoint(target::Process& process, Id id);
  void lift(target::Process& process, Placed& placed);
  void choose_syscalls();

  target::Inferiors& inferiors_;
  SymbolBook& book_;
  std::vector<Hook> hooks_;
  std::vector<Id> watchpoints_, syscalls_;
  std::array<std::vector<Id>, 65> signals_;
  std::map<target::Pid, Placed> placed_;
  bool unswept_ = false;
};

}  // namespace tools::script
