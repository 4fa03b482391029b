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
  std::string text;  ///< AT&T syntax, as gdb has it by default
};

/// Up to `count` instructions; what is none becomes a .byte. Bytes at the end that are the beginning of an instruction
/// only are left out.
std::vector<Instruction> disassemble(std::span<const std::byte> code, Address at, std::size_t count,
                                     bool wide);

inline constexpr std::size_t longest_instruction = 15;

}  // namespace target::arch
