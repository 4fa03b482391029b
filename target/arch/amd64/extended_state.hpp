#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// The XSAVE area. Its place and form are the processor's: they are the same for a 32-bit thread.
namespace target::arch::amd64 {

// State components, Intel SDM volume 1, 13.1.
enum Component : std::uint8_t {
  X87 = 0,
  Sse = 1,
  Avx = 2,
  Opmask = 5,
  ZmmHigh256 = 6,
  High16Zmm = 7,
  Pkru = 9,
};

// Layout of the legacy (FXSAVE) part, Intel SDM volume 1, table 10-2.
inline constexpr std::uint32_t fcw = 0, fsw = 2, ftw = 4, fop = 6, fip = 8, fdp = 16, mxcsr = 24, st0 = 32,
                               xmm0 = 160;

/// Offset of the 64-bit XSTATE_BV field, which tells what components an area holds.
inline constexpr std::size_t xstate_bv_offset = 512;

/// True if the kernel has enabled a component.
bool has_component(Component component);
/// All that AVX-512 is made of.
bool has_avx512();

/// Where a component begins in the standard format.
std::uint32_t component_offset(Component component);

/// Size of the XSAVE area in standard format with all components that the kernel enabled.
std::size_t extended_state_bytes();

/// Processors lay the components out differently, and core files do not say how. Readers of cores expect what the first
/// processors with AVX-512 had, so this gives an XSAVE area of standard format that form, without what is not
/// in it; the same bytes if they have it already.
std::vector<std::byte> in_common_layout(std::span<const std::byte> area);

}  // namespace target::arch::amd64
