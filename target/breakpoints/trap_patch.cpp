#include "target/breakpoints/trap_patch.hpp"

namespace target::breakpoints {
namespace {

bool covers(Address start, std::size_t bytes, Address at) { return at >= start && at - start < bytes; }

}  // namespace

Result<void> TrapPatch::plant(const Memory& memory) {
  if (planted_) return {};
  if (auto read = memory.read(at_, std::span(&original_, 1)); !read) return tl::unexpected(read.error());
  auto written = memory.write(at_, std::span(&trap_instruction, 1));
  planted_ = written.has_value();
  return written;
}

Result<void> TrapPatch::lift(const Memory& memory) {
  if (!planted_) return {};
  auto written = memory.write(at_, std::span(&original_, 1));
  // A failed write means that the mapping has gone, and the trap with it.
  planted_ = false;
  return written;
}

Result<void> TrapPatch::lift_from_copy(const Memory& copy) const {
  if (!planted_) return {};
  return copy.write(at_, std::span(&original_, 1));
}

void TrapPatch::mask(Address start, std::span<std::byte> bytes) const {
  if (planted_ && covers(start, bytes.size(), at_)) bytes[at_ - start] = original_;
}

void TrapPatch::write_under(Address start, std::span<std::byte> bytes) {
  if (!planted_ || !covers(start, bytes.size(), at_)) return;
  original_ = bytes[at_ - start];
  bytes[at_ - start] = trap_instruction;
}

}  // namespace target::breakpoints
