#pragma once

#include "target/types/register_spec.hpp"

namespace target::arch::amd64 {

/// Every register that this processor and kernel can show of a 64-bit thread, in gdb's order. Made once
/// from CPUID leaf 0xD, which tells where the kernel puts each XSAVE component.
const RegisterLayout& register_layout();

/// Size of the XSAVE area in standard format with all components that the kernel enabled.
std::size_t extended_state_bytes();

/// Offset of the 64-bit XSTATE_BV field, which tells what components an area holds.
inline constexpr std::size_t xstate_bv_offset = 512;

}  // namespace target::arch::amd64
