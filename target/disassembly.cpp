#include "target/disassembly.hpp"

namespace target {

Result<std::vector<Instruction>> disassemble(Process& process, Address from, std::size_t count) {
  const auto& layout = process.layout();
  std::vector<std::byte> code(count * arch::longest_instruction);
  const auto got = process.space().read(from, code);
  if (!got) return tl::unexpected(got.error());
  code.resize(*got);
  return arch::disassemble(code, from, count, layout.registers[layout.pc].bits == 64);
}

}  // namespace target
