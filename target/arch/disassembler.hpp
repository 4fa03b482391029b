#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "target/types/address.hpp"

namespace target::arch {

struct Instruction {
  Address at;
  std::vector<std::byte> bytes;
  std::string text;
};

enum class Syntax { Att, Intel };

/// Up to `count` instructions; what is none becomes a .byte. Bytes at the end that are the beginning of an instruction
/// only are left out.
std::vector<Instruction> disassemble(std::span<const std::byte> code, Address at, std::size_t count,
                                     bool wide, Syntax syntax = Syntax::Att);

/// Memory that an instruction reads or writes, as it says so itself: not what push and the like do to the stack.
struct MemoryOperand {
  std::string segment, base, index;  ///< registers; "" where there is none
  std::int64_t scale = 1, displacement = 0;
  std::size_t bytes = 0;
};
/// Of the instruction that the code begins with. \param at  for what is relative to the pc
std::vector<MemoryOperand> memory_operands(std::span<const std::byte> code, Address at, bool wide);

inline constexpr std::size_t longest_instruction = 15;

}  // namespace target::arch
