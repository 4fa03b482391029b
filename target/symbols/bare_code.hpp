#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "target/arch/disassembler.hpp"
#include "target/types/address.hpp"

namespace target::symbols {

/// What a function that has no unwind information has done to the stack when it comes to a place.
struct FrameShape {
  std::int64_t depth = 0;                    ///< bytes from the stack pointer up to the return address
  std::optional<std::int64_t> saved_fp;      ///< from the return address down to where the caller's frame pointer is
  bool fp_points_there = false;              ///< ... and the frame pointer points there
};

/// As if its instructions up to that place were executed in a row; after a return, as it was before the epilogue.
FrameShape shape_after(std::span<const arch::Instruction> instructions, bool wide);

/// The last instruction of the code calls something.
bool ends_with_call(std::span<const std::byte> code);

}  // namespace target::symbols
