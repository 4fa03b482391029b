#include "target/arch/amd64/displaced.hpp"

#include <capstone/capstone.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

namespace target::arch::amd64 {

namespace {

struct FreeInstruction {
  void operator()(cs_insn* instruction) const { cs_free(instruction, 1); }
};

csh decoder() {
  static const csh handle = [] {
    csh fresh = 0;
    if (cs_open(CS_ARCH_X86, CS_MODE_64, &fresh) != CS_ERR_OK) return csh{0};
    cs_option(fresh, CS_OPT_DETAIL, CS_OPT_ON);
    return fresh;
  }();
  return handle;
}

bool in_group(const cs_insn& instruction, std::uint8_t group) {
  const auto& detail = *instruction.detail;
  return std::find(detail.groups, detail.groups + detail.groups_count, group) != detail.groups + detail.groups_count;
}

bool stays_at_home(unsigned id) {
  switch (id) {
    case X86_INS_INT3:
    case X86_INS_INT1:
    case X86_INS_INTO:
    case X86_INS_IRET:
    case X86_INS_IRETD:
    case X86_INS_IRETQ:
    case X86_INS_SYSENTER:
    case X86_INS_SYSEXIT:
    case X86_INS_SYSRET:
    case X86_INS_LJMP:
    case X86_INS_LCALL:
    case X86_INS_RETF:
    case X86_INS_RETFQ:
    case X86_INS_XBEGIN:
    case X86_INS_XABORT:
      return true;
    default:
      return false;
  }
}

bool has_operand_size_prefix(const cs_insn& instruction) { return instruction.detail->x86.prefix[2] == 0x66; }

bool refers_to_pc(const cs_insn& instruction) {
  const auto& x86 = instruction.detail->x86;
  return std::any_of(x86.operands, x86.operands + x86.op_count, [](const cs_x86_op& operand) {
    return operand.type == X86_OP_MEM && (operand.mem.base == X86_REG_RIP || operand.mem.base == X86_REG_EIP);
  });
}

}  // namespace

struct Displaced::Decoded {
  std::uint8_t length;
  Kind kind;
  std::uint8_t displacement_offset;  // of a 32-bit distance from behind the instruction; 0: none
};

std::optional<Displaced::Decoded> Displaced::decode(std::span<const std::byte> bytes, Address home) {
  cs_insn* found = nullptr;
  if (decoder() == 0 ||
      cs_disasm(decoder(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), home.value, 1, &found) != 1)
    return std::nullopt;
  const std::unique_ptr<cs_insn, FreeInstruction> instruction(found);
  if (stays_at_home(instruction->id)) return std::nullopt;
  Decoded decoded{static_cast<std::uint8_t>(instruction->size), Kind::Plain, 0};
  if (refers_to_pc(*instruction)) decoded.displacement_offset = instruction->detail->x86.encoding.disp_offset;
  const bool calls = in_group(*instruction, CS_GRP_CALL);
  if (in_group(*instruction, CS_GRP_BRANCH_RELATIVE)) {
    // The prefix cuts the target to 16 bits on some processors and means nothing on others.
    if (has_operand_size_prefix(*instruction)) return std::nullopt;
    decoded.kind = calls ? Kind::RelativeCall : Kind::Relative;
  } else if (calls) {
    decoded.kind = Kind::AbsoluteCall;
  } else if (in_group(*instruction, CS_GRP_JUMP) || in_group(*instruction, CS_GRP_RET)) {
    decoded.kind = Kind::Absolute;
  } else if (instruction->id == X86_INS_SYSCALL) {
    decoded.kind = Kind::Syscall;
  }
  return decoded;
}

std::optional<Displaced> Displaced::make(std::span<const std::byte> instruction, Address home, Address away) {
  const auto decoded = decode(instruction.first(std::min(instruction.size(), longest_instruction)), home);
  if (!decoded) return std::nullopt;
  Displaced displaced;
  displaced.length_ = decoded->length;
  displaced.kind_ = decoded->kind;
  displaced.home_ = home;
  displaced.away_ = away;
  std::copy_n(instruction.begin(), decoded->length, displaced.code_.begin());
  if (decoded->displacement_offset != 0) {
    std::byte* const field = displaced.code_.data() + decoded->displacement_offset;
    std::int32_t distance = 0;
    std::memcpy(&distance, field, sizeof distance);
    const auto moved = static_cast<std::int64_t>(home.value - away.value) + distance;
    if (moved < std::numeric_limits<std::int32_t>::min() || moved > std::numeric_limits<std::int32_t>::max())
      return std::nullopt;
    distance = static_cast<std::int32_t>(moved);
    std::memcpy(field, &distance, sizeof distance);
  }
  return displaced;
}

Address Displaced::at_home(Address pc) const {
  const bool relative = kind_ == Kind::Relative || kind_ == Kind::RelativeCall;
  if (relative || pc == away_ || pc == behind()) return Address{pc.value - away_.value + home_.value};
  return pc;
}

}  // namespace target::arch::amd64
