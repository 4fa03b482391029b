#pragma once

#include <array>
#include <cstdint>

#include "target/types/address.hpp"

/// DR0-DR7, Intel SDM volume 3, 18.2.
namespace target::arch::amd64 {

inline constexpr std::size_t debug_slots = 4;
inline constexpr int status_register = 6;
inline constexpr int control_register = 7;

/// What a slot watches; the values are DR7's R/W field. x86 has no "read only".
enum class DebugCondition : std::uint8_t { Execute = 0, Write = 1, ReadWrite = 3 };

struct DebugSlot {
  Address at;
  std::uint8_t bytes = 0;  ///< 1, 2, 4 or 8, `at` aligned to it; 0: slot unused
  DebugCondition condition = DebugCondition::Write;

  bool used() const { return bytes != 0; }
  bool operator==(const DebugSlot&) const = default;
};
using DebugSlots = std::array<DebugSlot, debug_slots>;

inline std::uint64_t control_bits(std::size_t number, const DebugSlot& slot) {
  if (!slot.used()) return 0;
  constexpr std::array<std::uint64_t, 9> length_code{0, 0, 1, 0, 3, 0, 0, 0, 2};
  const auto condition = static_cast<std::uint64_t>(slot.condition);
  return std::uint64_t{1} << (2 * number) |
         (condition | length_code[slot.bytes] << 2) << (16 + 4 * number);
}

inline std::uint64_t control_value(const DebugSlots& slots) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) value |= control_bits(i, slots[i]);
  return value;
}

inline bool triggered(std::uint64_t status, std::size_t slot) { return (status >> slot & 1) != 0; }

}  // namespace target::arch::amd64
