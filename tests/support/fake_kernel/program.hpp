#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "target/types/address.hpp"

namespace support {

/// The instructions that the simulated processor knows. Apart from int3 they mean nothing to a real one; any
/// other byte raises SIGILL.
enum class Op : std::uint8_t {
  Nop = 0x90,
  Int3 = 0xcc,
  Jump = 0xeb,        ///< operand: signed distance from the next instruction
  JumpIfZero = 0x74,  ///< the same, if rax is 0
  Exit = 0xf0,        ///< this thread; operand: code
  ExitGroup = 0xf1,   ///< operand: code
  Clone = 0xf2,       ///< operand: where in the text the new thread begins
  Fork = 0xf3,        ///< rax: 0 in the child
  Vfork = 0xf4,       ///< rax: 0 in the child
  Exec = 0xf5,        ///< operand: which image, by its number
  Raise = 0xf6,       ///< operand: a signal for this thread
  Store = 0xf7,       ///< operand: offset of a byte of data, which is increased by 1
  Fault = 0xf8,       ///< SIGSEGV, as often as it is run
  Pause = 0xf9,       ///< until a handler has run
  SigReturn = 0xfa,   ///< back from a handler
  Syscall = 0xfb,     ///< operand: its number; does nothing
};

inline constexpr target::Address text_base{0x401000};
inline constexpr target::Address data_base{0x404000};
inline constexpr target::Address vdso_base{0x7ff000};
inline constexpr std::size_t page_bytes = 0x1000;

/// A program is a page of text that begins at text_base, and a page of zeros at data_base.
using Program = std::vector<std::uint8_t>;

/// True if a byte follows it that belongs to it.
bool takes_operand(Op op);

inline std::uint8_t operator+(Op op) { return static_cast<std::uint8_t>(op); }

/// A jump of `distance` bytes from the next instruction.
inline std::uint8_t by(int distance) { return static_cast<std::uint8_t>(distance); }

inline target::Address text(std::uint64_t offset) { return text_base + offset; }
inline target::Address data(std::uint64_t offset) { return data_base + offset; }

}  // namespace support
