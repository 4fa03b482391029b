#include "target/arch/disassembler.hpp"

#include <capstone/capstone.h>

#include <cstdio>

// libcapstone.a has one table of all the architectures that it knows, which would make a static server twice as large.
// The linker takes these for the entries that are never used, and leaves the others' code out.
namespace {
constexpr int no_such_architecture = CS_ERR_ARCH;
}
extern "C" {
[[gnu::weak]] int AArch64_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int AArch64_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int ARM_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int ARM_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int EVM_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int EVM_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int M680X_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int M680X_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int M68K_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int M68K_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int Mips_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int Mips_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int PPC_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int PPC_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int Sparc_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int Sparc_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int SystemZ_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int SystemZ_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int TMS320C64x_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int TMS320C64x_option(void*, int, std::size_t) { return no_such_architecture; }
[[gnu::weak]] int XCore_global_init(void*) { return no_such_architecture; }
[[gnu::weak]] int XCore_option(void*, int, std::size_t) { return no_such_architecture; }
}

namespace target::arch {
namespace {

class Capstone {
 public:
  explicit Capstone(bool wide, Syntax syntax = Syntax::Att) {
    open_ = cs_open(CS_ARCH_X86, wide ? CS_MODE_64 : CS_MODE_32, &handle_) == CS_ERR_OK;
    if (open_) cs_option(handle_, CS_OPT_SYNTAX, syntax == Syntax::Att ? CS_OPT_SYNTAX_ATT : CS_OPT_SYNTAX_INTEL);
    if (open_) instruction_ = cs_malloc(handle_);
  }
  ~Capstone() {
    if (instruction_ != nullptr) cs_free(instruction_, 1);
    if (open_) cs_close(&handle_);
  }
  Capstone(const Capstone&) = delete;
  Capstone& operator=(const Capstone&) = delete;

  void want_operands() {
    if (open_) cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    if (instruction_ != nullptr) cs_free(instruction_, 1);
    instruction_ = open_ ? cs_malloc(handle_) : nullptr;
  }
  std::string name(unsigned reg) const {
    const char* text = reg == X86_REG_INVALID ? nullptr : cs_reg_name(handle_, reg);
    return text != nullptr ? text : "";
  }

  /// The instruction that the code begins with; null if it begins with none.
  const cs_insn* decode(std::span<const std::byte> code, Address at) {
    if (instruction_ == nullptr) return nullptr;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(code.data());
    std::size_t size = code.size();
    std::uint64_t address = at.value;
    return cs_disasm_iter(handle_, &bytes, &size, &address, instruction_) ? instruction_ : nullptr;
  }

 private:
  csh handle_{};
  cs_insn* instruction_ = nullptr;
  bool open_ = false;
};

std::string byte_directive(std::byte byte) {
  char text[16];
  std::snprintf(text, sizeof text, ".byte 0x%02x", std::to_integer<unsigned>(byte));
  return text;
}

std::string text_of(const cs_insn& instruction) {
  std::string text = instruction.mnemonic;
  if (instruction.op_str[0] != '\0') text += std::string(" ") + instruction.op_str;
  return text;
}

}  // namespace

std::vector<Instruction> disassemble(std::span<const std::byte> code, Address at, std::size_t count,
                                     bool wide, Syntax syntax) {
  Capstone capstone(wide, syntax);
  std::vector<Instruction> listing;
  while (!code.empty() && listing.size() < count) {
    const auto* decoded = capstone.decode(code, at);
    if (decoded == nullptr && code.size() < longest_instruction) break;
    const std::size_t size = decoded == nullptr ? 1 : decoded->size;
    const auto bytes = code.first(size);
    listing.push_back({at,
                       {bytes.begin(), bytes.end()},
                       decoded == nullptr ? byte_directive(bytes[0]) : text_of(*decoded)});
    code = code.subspan(size);
    at = at + size;
  }
  return listing;
}

std::vector<MemoryOperand> memory_operands(std::span<const std::byte> code, Address at, bool wide) {
  Capstone capstone(wide);
  capstone.want_operands();
  std::vector<MemoryOperand> operands;
  const auto* decoded = capstone.decode(code, at);
  // lea computes an address and leaves the memory alone; so do nops.
  if (decoded == nullptr || decoded->id == X86_INS_LEA || decoded->id == X86_INS_NOP) return operands;
  const auto& detail = decoded->detail->x86;
  for (int i = 0; i < detail.op_count; ++i) {
    const auto& operand = detail.operands[i];
    if (operand.type != X86_OP_MEM) continue;
    MemoryOperand memory{capstone.name(operand.mem.segment), capstone.name(operand.mem.base), capstone.name(operand.mem.index),
                         operand.mem.scale, operand.mem.disp, operand.size};
    if (operand.mem.base == X86_REG_RIP) {
      memory.base.clear();
      memory.displacement += static_cast<std::int64_t>(at.value + decoded->size);
    }
    operands.push_back(std::move(memory));
  }
  return operands;
}

}  // namespace target::arch
