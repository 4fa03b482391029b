#include "target/arch/amd64/x87_tag_word.hpp"

#include <cstring>

namespace target::arch::amd64 {
namespace {

enum Tag : unsigned { Valid = 0, Zero = 1, Special = 2, Empty = 3 };

constexpr std::size_t status_offset = 2, tags_offset = 4, stack_offset = 32, stack_stride = 16;

Tag tag_of(std::span<const std::byte> value) {
  std::uint64_t mantissa = 0;
  std::uint16_t exponent = 0;
  std::memcpy(&mantissa, value.data(), sizeof mantissa);
  std::memcpy(&exponent, value.data() + sizeof mantissa, sizeof exponent);
  exponent &= 0x7fff;
  const bool integer_bit = (mantissa >> 63) != 0;
  if (exponent == 0x7fff) return Special;
  if (exponent == 0) return mantissa == 0 ? Zero : Special;
  return integer_bit ? Valid : Special;
}

}  // namespace

std::uint16_t full_tag_word(std::span<const std::byte> fxsave) {
  std::uint16_t status = 0;
  std::memcpy(&status, fxsave.data() + status_offset, sizeof status);
  const auto in_use = std::to_integer<unsigned>(fxsave[tags_offset]);
  const unsigned top = status >> 11 & 7u;
  unsigned full = 0;
  for (unsigned physical = 0; physical < 8; ++physical) {
    // The area holds the stack in logical order: st(0) first, which is physical register `top`.
    const unsigned logical = (physical - top) & 7u;
    const auto value = fxsave.subspan(stack_offset + logical * stack_stride, 10);
    const Tag tag = (in_use >> physical & 1u) != 0 ? tag_of(value) : Empty;
    full |= static_cast<unsigned>(tag) << (2 * physical);
  }
  return static_cast<std::uint16_t>(full);
}

std::uint8_t abridged_tag_word(std::uint16_t full) {
  unsigned abridged = 0;
  for (unsigned physical = 0; physical < 8; ++physical)
    if ((full >> (2 * physical) & 3u) != Empty) abridged |= 1u << physical;
  return static_cast<std::uint8_t>(abridged);
}

}  // namespace target::arch::amd64
