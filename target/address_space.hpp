#pragma once

#include <cstddef>
#include <span>

#include "target/breakpoints/breakpoint_table.hpp"
#include "target/breakpoints/watch_slots.hpp"
#include "target/linux/memory_io.hpp"
#include "target/types/address.hpp"
#include "target/types/result.hpp"

namespace target {

/// The memory of a process as its program means it to be, with our patches hidden, and the breakpoints in
/// it.
class AddressSpace {
 public:
  /// \param task  any living thread of the process
  explicit AddressSpace(Tid task) : memory_(task), breakpoints_(memory_) {}
  /// Of a fork.
  AddressSpace(Tid task, const AddressSpace& parent)
      : memory_(task), breakpoints_(memory_, parent.breakpoints_), watch_slots_(parent.watch_slots_) {}
  AddressSpace(const AddressSpace&) = delete;
  AddressSpace& operator=(const AddressSpace&) = delete;

  /// Reads up to the first byte that cannot be read; EFAULT if that is the very first.
  Result<std::size_t> read(Address from, std::span<std::byte> into) const {
    auto got = memory_.read(from, into);
    if (got) breakpoints_.mask(from, into.first(*got));
    return got;
  }
  Result<void> write(Address to, std::span<const std::byte> bytes) {
    return breakpoints_.write(to, bytes);
  }

  breakpoints::BreakpointTable& breakpoints() { return breakpoints_; }
  const breakpoints::BreakpointTable& breakpoints() const { return breakpoints_; }
  breakpoints::WatchSlots& watch_slots() { return watch_slots_; }

 private:
  linux::MemoryIo memory_;
  breakpoints::BreakpointTable breakpoints_;
  breakpoints::WatchSlots watch_slots_;
};

}  // namespace target
