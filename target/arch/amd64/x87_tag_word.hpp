#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace target::arch::amd64 {

/// The 16-bit x87 tag word that FXSAVE leaves out: two bits a register (0 valid, 1 zero, 2 special,
/// 3 empty), worked out from the abridged tags and the registers. `fxsave` is the 512-byte area.
std::uint16_t full_tag_word(std::span<const std::byte> fxsave);

/// One bit a register: 1 unless the full tag says empty.
std::uint8_t abridged_tag_word(std::uint16_t full);

}  // namespace target::arch::amd64
