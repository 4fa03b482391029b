#pragma once

#include <cstddef>
#include <span>

#include "target/types/address.hpp"
#include "target/types/result.hpp"
#include "target/types/roles.hpp"

namespace target::breakpoints {

inline constexpr std::byte trap_instruction{0xcc};  // int3

/// One replaced instruction byte: what lies under it, and whether the trap is in memory now.
class TrapPatch {
 public:
  explicit TrapPatch(Address at) : at_(at) {}

  Address at() const { return at_; }
  std::size_t bytes() const { return 1; }
  bool planted() const { return planted_; }
  /// The program has an int3 of its own there.
  bool hides_trap() const { return original_ == trap_instruction; }

  /// Remembers the byte that is there and puts the trap over it.
  Result<void> plant(const Memory& memory);
  /// Puts the original byte back.
  Result<void> lift(const Memory& memory);
  /// Puts the original byte into another memory that holds a copy of this one (a fork's).
  Result<void> lift_from_copy(const Memory& copy) const;

  /// `bytes` were read at `start`: shows the original instead of the trap.
  void mask(Address start, std::span<std::byte> bytes) const;
  /// `bytes` are about to be written at `start`: keeps them under the trap, and the trap in them.
  void write_under(Address start, std::span<std::byte> bytes);

 private:
  Address at_;
  std::byte original_{};
  bool planted_ = false;
};

}  // namespace target::breakpoints
