#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "target/address_space.hpp"
#include "target/arch/amd64/displaced.hpp"
#include "target/linux/child_events.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"

namespace target::trampolines {

/// Copies of instructions that have a trap on them, in pages of ours in the program's memory: a thread runs the
/// copy, and other threads go on meeting the trap.
///
/// The pages are mapped by a system call that a thread of the program makes for us, near the code, so that
/// addresses relative to the pc can be kept. Programs under a seccomp filter are left alone: a filter may kill
/// for a call that it does not expect.
class OutOfLine {
 public:
  /// The instruction at `site`, ready to be run elsewhere by `thread`, which is stopped. Nothing if that cannot
  /// be had: the caller has to lift the trap and hold the other threads.
  std::optional<arch::amd64::Displaced> copy_for(Tid thread, linux::ChildEvents& events, AddressSpace& space,
                                                 Address site);

  /// The copy that has been made of the instruction at `site`.
  std::optional<arch::amd64::Displaced> known_copy(Address site) const;

  /// No thread is on any copy: their places may be used for others.
  void forget_copies();
  bool crowded() const { return copies_.size() > most_copies / 2; }

  /// Gives the pages back. Every thread of the program is stopped.
  void release(Tid thread, linux::ChildEvents& events);
  std::size_t pages() const { return pages_.size(); }

 private:
  static constexpr std::size_t most_copies = 4096;

  struct Page {
    Address begin;
    std::size_t used = 0;  // bytes
  };
  struct Copy {
    std::vector<std::byte> instruction;  // what was copied: code that has changed since needs another copy
    arch::amd64::Displaced displaced;
  };

  bool may_call_in(Tid thread);
  Page* page_near(Tid thread, linux::ChildEvents& events, Address site);
  std::optional<arch::amd64::Displaced> make_copy(Page& page, AddressSpace& space, Address site,
                                                  std::span<const std::byte> instruction);

  std::vector<Page> pages_;
  std::map<Address, Copy> copies_;
  std::optional<Address> syscall_instruction_;
  bool refused_ = false;
};

}  // namespace target::trampolines
