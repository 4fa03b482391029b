#pragma once

#include "target/types/register_spec.hpp"

namespace target::arch::amd64 {

/// Every register that this processor and kernel can show of a 64-bit thread, in gdb's order. Made once
/// from CPUID leaf 0xD, which tells where the kernel puts each XSAVE component.
const RegisterLayout& register_layout();

}  // namespace target::arch::amd64
