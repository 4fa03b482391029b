#pragma once

#include <map>
#include <span>
#include <vector>

#include "target/breakpoints/hit_rules.hpp"
#include "target/breakpoints/trap_patch.hpp"
#include "target/types/address.hpp"
#include "target/types/result.hpp"
#include "target/types/roles.hpp"

namespace target::breakpoints {

/// The software breakpoints of one address space.
///
/// gdb removes all its breakpoints at each stop and inserts them again before each resume. So remove()
/// only forgets the owner, insert() of a site that is still planted costs nothing, and commit() lifts what
/// nobody wants any more when the program is about to run.
class BreakpointTable {
 public:
  explicit BreakpointTable(const Memory& memory) : memory_(memory) {}

  /// The table of a fork, whose memory is a copy of the parent's, traps included.
  BreakpointTable(const Memory& memory, const BreakpointTable& parent)
      : memory_(memory), sites_(parent.sites_), stale_(parent.stale_) {}

  /// Plants a trap; twice is the same as once, with the later one's code. EFAULT if there is no memory.
  Result<void> insert(Address at, const HitCode& code = {});
  /// True if there was one.
  bool remove(Address at);
  void remove_all();
  /// Leaves those whose commands go on without a client.
  void remove_unattended();

  /// Null if every hit is to be told.
  const HitRules* rules_at(Address at) const;

  /// Lifts what has been removed. To be called before any thread runs.
  void commit();

  /// True if the client has a breakpoint there and its trap is in memory.
  bool armed(Address at) const;
  bool any_planted() const;
  /// True if the instruction under the trap is an int3 too.
  bool hides_trap(Address at) const;

  /// One site out of the way while a thread steps over it, and back.
  void lift(Address at);
  Result<void> replant(Address at);

  /// Lifts every trap but remembers the sites, while a vfork child runs in this memory; and back.
  void suspend();
  void resume();
  bool suspended() const { return suspensions_ > 0; }

  /// Takes the traps out of a fork's copy of this memory.
  void clean_copy(const Memory& copy) const;

  /// `bytes` were read at `start`: hides the traps in them.
  void mask(Address start, std::span<std::byte> bytes) const;
  /// Writes what the client means to be there, under the traps.
  Result<void> write(Address start, std::span<const std::byte> bytes);

 private:
  struct Site {
    TrapPatch patch;
    bool wanted = true;
    SharedRules rules = nullptr;
  };
  using Sites = std::map<Address, Site>;

  const Memory& memory_;
  Sites sites_;
  int suspensions_ = 0;
  bool stale_ = false;  // some site is no longer wanted
  std::vector<std::byte> scratch_;
};

}  // namespace target::breakpoints
