#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace target::bytecode {

/// Agent expression operations, as the GDB manual's appendix "The GDB Agent Expression Mechanism" numbers them.
/// Numbers and jump targets that follow an operation are big-endian.
enum class Op : std::uint8_t {
  Add = 0x02, Sub = 0x03, Mul = 0x04,
  DivSigned = 0x05, DivUnsigned = 0x06, RemSigned = 0x07, RemUnsigned = 0x08,
  Lsh = 0x09, RshSigned = 0x0a, RshUnsigned = 0x0b,
  LogNot = 0x0e, BitAnd = 0x0f, BitOr = 0x10, BitXor = 0x11, BitNot = 0x12,
  Equal = 0x13, LessSigned = 0x14, LessUnsigned = 0x15,
  Ext = 0x16,
  Ref8 = 0x17, Ref16 = 0x18, Ref32 = 0x19, Ref64 = 0x1a,
  IfGoto = 0x20, Goto = 0x21,
  Const8 = 0x22, Const16 = 0x23, Const32 = 0x24, Const64 = 0x25,
  Reg = 0x26,
  End = 0x27,
  Dup = 0x28, Pop = 0x29,
  ZeroExt = 0x2a,
  Swap = 0x2b,
  Pick = 0x32, Rot = 0x33,
  Printf = 0x34,
};

/// What an operation does to the stack and how many bytes of operand follow it. Printf's depend on its operands.
struct OpTraits {
  std::string_view name;
  std::uint8_t operand_bytes = 0;
  std::uint8_t pops = 0;
  std::uint8_t pushes = 0;
  bool supported = true;
};

/// Null for a number that no operation has.
const OpTraits* traits(std::uint8_t op);

}  // namespace target::bytecode
