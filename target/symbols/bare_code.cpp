#include "target/symbols/bare_code.hpp"

#include <cstring>

namespace target::symbols {

namespace {

constexpr std::uint8_t frame_pointer = 5, to_stack_pointer = 0xc4, from_stack_pointer = 0xec;

// An instruction behind its REX prefix.
struct Code {
  std::span<const std::byte> bytes;
  bool high_register = false;

  std::uint8_t at(std::size_t n) const { return n < bytes.size() ? std::to_integer<std::uint8_t>(bytes[n]) : 0; }
  std::uint8_t opcode() const { return at(0); }
  bool is(std::uint8_t first, std::uint8_t second) const { return at(0) == first && at(1) == second; }
};

Code behind_prefix(const arch::Instruction& instruction, bool wide) {
  Code code{instruction.bytes};
  const auto first = code.opcode();
  if (wide && first >= 0x40 && first <= 0x4f) return {code.bytes.subspan(1), (first & 1) != 0};
  return code;
}

// By how much `add` or `sub` of a constant moves the stack pointer down.
std::int64_t moved_down(const Code& code) {
  std::int64_t by = 0;
  if (code.opcode() == 0x83)
    by = static_cast<std::int8_t>(code.at(2));
  else if (code.opcode() == 0x81 && code.bytes.size() >= 6) {
    std::int32_t number = 0;
    std::memcpy(&number, code.bytes.data() + 2, sizeof number);
    by = number;
  } else {
    return 0;
  }
  if (code.at(1) == to_stack_pointer) return -by;
  return code.at(1) == from_stack_pointer ? by : 0;
}

void follow(const Code& code, std::int64_t word, FrameShape& shape) {
  const auto opcode = code.opcode();
  const bool is_fp = (opcode & 7) == frame_pointer && !code.high_register;
  if (opcode >= 0x50 && opcode <= 0x57) {
    shape.depth += word;
    if (is_fp && !shape.saved_fp) shape.saved_fp = shape.depth;
  } else if (opcode >= 0x58 && opcode <= 0x5f) {
    shape.depth -= word;
    if (is_fp) shape.saved_fp.reset(), shape.fp_points_there = false;
  } else if (code.is(0x89, 0xe5) || code.is(0x8b, 0xec)) {  // mov %rsp, %rbp
    shape.fp_points_there = shape.saved_fp == shape.depth;
  } else if (opcode == 0xc9) {  // leave
    shape = {};
  } else {
    shape.depth += moved_down(code);
  }
}

bool returns(const Code& code) { return code.opcode() == 0xc3 || code.opcode() == 0xc2; }

}  // namespace

FrameShape shape_after(std::span<const arch::Instruction> instructions, bool wide) {
  FrameShape shape, body;
  for (const auto& instruction : instructions) {
    const auto code = behind_prefix(instruction, wide);
    if (returns(code))
      shape = body;
    else
      follow(code, wide ? 8 : 4, shape);
    if (shape.depth >= body.depth) body = shape;
  }
  return shape;
}

bool ends_with_call(std::span<const std::byte> code) {
  constexpr std::size_t direct = 5, shortest = 2, longest = 7;
  const auto from_end = [&](std::size_t n) { return n <= code.size() ? std::to_integer<std::uint8_t>(code[code.size() - n]) : 0; };
  if (from_end(direct) == 0xe8) return true;
  for (auto length = shortest; length <= longest; ++length)
    if (from_end(length) == 0xff && ((from_end(length - 1) >> 3) & 7) == 2) return true;  // call *operand
  return false;
}

}  // namespace target::symbols
