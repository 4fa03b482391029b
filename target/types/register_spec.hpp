#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace target {

/// Where a register's bytes lie in what the kernel hands out.
enum class RegisterHome : std::uint8_t {
  General,      ///< struct user_regs_struct (NT_PRSTATUS)
  Extended,     ///< the XSAVE area (NT_X86_XSTATE), standard format
  X87TagWord,   ///< 16-bit tag word, made from FXSAVE's abridged one and the register contents
};

/// One register, written once: the target description, the g layout, p/P and expedited registers are
/// loops over these.
struct RegisterSpec {
  std::string_view name;
  std::string_view feature;  ///< gdb's standard feature, for example org.gnu.gdb.i386.core
  std::string_view type;     ///< gdb's target description type
  std::uint16_t bits = 64;   ///< size on the wire
  RegisterHome home = RegisterHome::General;
  std::uint32_t offset = 0;        ///< of its first byte in its home
  std::uint16_t home_bytes = 8;    ///< stored size; the wire value is extended or cut to it
  std::uint8_t component = 0;      ///< XSAVE component that holds it
  std::string_view group;          ///< gdb's register group, "" for the type's own
  std::string_view set;            ///< lldb's register set
  std::string_view generic;        ///< lldb's role: pc sp fp flags arg1..arg6
  std::string_view alternate;      ///< lldb's second name
  std::int16_t dwarf = -1;         ///< DWARF number of the psABI; -1: none
  bool sign_extended = false;      ///< when its home is larger

  std::size_t bytes() const { return bits / 8u; }
};

/// All registers of one kind of thread in wire order; a register's number is its index.
struct RegisterLayout {
  std::vector<RegisterSpec> registers;
  std::vector<std::size_t> wire_offsets;  ///< byte offset of each register in the g packet
  std::size_t wire_bytes = 0;
  /// So much of the g packet is what gdb expects of a server that describes nothing: the first registers, up
  /// to those of the features that came with AVX.
  std::size_t undescribed_bytes = 0;
  std::string_view architecture;  ///< bfd name, for <architecture>
  std::string_view machine;       ///< what a target triple begins with
  std::size_t word_bytes = 8;     ///< of an address and a long
  std::uint16_t pc = 0, sp = 0, fp = 0;
};

}  // namespace target
