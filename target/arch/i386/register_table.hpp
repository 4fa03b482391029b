#pragma once

#include "target/types/register_spec.hpp"

namespace target::arch::i386 {

/// Every register that this processor and kernel can show of a 32-bit thread, in gdb's order. A 64-bit tracer
/// gets them in the form of a 64-bit thread (struct user_regs_struct, the same XSAVE area).
const RegisterLayout& register_layout();

}  // namespace target::arch::i386
