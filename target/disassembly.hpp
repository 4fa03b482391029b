#pragma once

#include <vector>

#include "target/arch/disassembler.hpp"
#include "target/process.hpp"

namespace target {

using arch::disassemble;
using arch::Instruction;
using arch::longest_instruction;
using arch::memory_operands;
using arch::MemoryOperand;
using arch::Syntax;

/// Up to `count` instructions of the program, without our traps; fewer where its memory ends.
Result<std::vector<Instruction>> disassemble(Process& process, Address from, std::size_t count);

}  // namespace target
