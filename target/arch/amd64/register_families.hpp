#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "target/arch/amd64/extended_state.hpp"
#include "target/types/register_spec.hpp"

/// What the register tables of 64-bit and of 32-bit threads are made of: they differ in how many there are
/// and in the DWARF numbers.
namespace target::arch::amd64 {

inline constexpr std::string_view core_feature = "org.gnu.gdb.i386.core";
inline constexpr std::string_view sse_feature = "org.gnu.gdb.i386.sse";
inline constexpr std::string_view linux_feature = "org.gnu.gdb.i386.linux";
inline constexpr std::string_view segments_feature = "org.gnu.gdb.i386.segments";
inline constexpr std::string_view avx_feature = "org.gnu.gdb.i386.avx";
inline constexpr std::string_view avx512_feature = "org.gnu.gdb.i386.avx512";
inline constexpr std::string_view pkeys_feature = "org.gnu.gdb.i386.pkeys";

inline constexpr std::string_view general_set = "General Purpose Registers";
inline constexpr std::string_view float_set = "Floating Point Registers";
inline constexpr std::string_view vector_set = "Advanced Vector Extensions";

/// A family of equal registers: name0suffix, name1suffix, ...
struct Bank {
  std::string_view prefix, suffix, feature, type;
  std::uint16_t bits;
  std::uint32_t offset, stride;
  Component component;
  std::string_view set;
  std::int16_t dwarf = -1;
  int first = 0;
  int count = 16;
};
void add_bank(RegisterLayout& layout, const Bank& bank);

struct X87Dwarf {
  std::int16_t stack, control, status;
};
void add_x87(RegisterLayout& layout, const X87Dwarf& dwarf);

struct SseDwarf {
  std::int16_t vectors, mxcsr;
};
void add_sse(RegisterLayout& layout, int count, const SseDwarf& dwarf);

/// One of the kernel's struct user_regs_struct.
struct General {
  std::string_view name, feature, type;
  std::uint16_t bits;
  std::size_t offset;
  std::string_view group;
  std::int16_t dwarf = -1;
  bool sign_extended = false;
};
void add_general(RegisterLayout& layout, const General& general);

/// These add nothing where the processor has none; the next two ask for has_avx512().
void add_avx(RegisterLayout& layout, int count);
void add_pkeys(RegisterLayout& layout);
void add_opmasks(RegisterLayout& layout, std::int16_t dwarf);
void add_zmm_high(RegisterLayout& layout, int count);

/// To be called when all registers are there: finds their places in the g packet, and who has which role.
void number_registers(RegisterLayout& layout);

}  // namespace target::arch::amd64
