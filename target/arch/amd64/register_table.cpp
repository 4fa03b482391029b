#include "target/arch/amd64/register_table.hpp"

#include <cpuid.h>
#include <sys/user.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string>

namespace target::arch::amd64 {
namespace {

// XSAVE state components, Intel SDM volume 1, 13.1.
enum Component : std::uint8_t {
  X87 = 0,
  Sse = 1,
  Avx = 2,
  Opmask = 5,
  ZmmHigh256 = 6,
  High16Zmm = 7,
  Pkru = 9,
};

// Layout of the legacy (FXSAVE) part, Intel SDM volume 1, table 10-2.
constexpr std::uint32_t fcw = 0, fsw = 2, ftw = 4, fop = 6, fip = 8, fdp = 16, mxcsr = 24, st0 = 32,
                        xmm0 = 160;

constexpr std::string_view core = "org.gnu.gdb.i386.core";
constexpr std::string_view sse = "org.gnu.gdb.i386.sse";
constexpr std::string_view linux_feature = "org.gnu.gdb.i386.linux";
constexpr std::string_view segments = "org.gnu.gdb.i386.segments";
constexpr std::string_view avx = "org.gnu.gdb.i386.avx";
constexpr std::string_view avx512 = "org.gnu.gdb.i386.avx512";
constexpr std::string_view pkeys = "org.gnu.gdb.i386.pkeys";

constexpr std::string_view general_set = "General Purpose Registers";
constexpr std::string_view float_set = "Floating Point Registers";
constexpr std::string_view vector_set = "Advanced Vector Extensions";

#define GENERAL(name, type, field, ...) \
  RegisterSpec { name, core, type, 64, RegisterHome::General, \
                 offsetof(user_regs_struct, field), 8, 0, "", general_set, __VA_ARGS__ }
#define SHORT_GENERAL(name, type, field, dwarf) \
  RegisterSpec { name, core, type, 32, RegisterHome::General, \
                 offsetof(user_regs_struct, field), 8, 0, "", general_set, "", "", dwarf }
#define X87_CONTROL(name, field, stored, dwarf) \
  RegisterSpec { name, core, "int", 32, RegisterHome::Extended, field, stored, X87, "float", \
                 float_set, "", "", dwarf }

// name, type, field, lldb's role, lldb's other name, DWARF number
const std::array core_registers{
    GENERAL("rax", "int64", rax, "", "", 0),
    GENERAL("rbx", "int64", rbx, "", "", 3),
    GENERAL("rcx", "int64", rcx, "arg4", "", 2),
    GENERAL("rdx", "int64", rdx, "arg3", "", 1),
    GENERAL("rsi", "int64", rsi, "arg2", "", 4),
    GENERAL("rdi", "int64", rdi, "arg1", "", 5),
    GENERAL("rbp", "data_ptr", rbp, "fp", "fp", 6),
    GENERAL("rsp", "data_ptr", rsp, "sp", "sp", 7),
    GENERAL("r8", "int64", r8, "arg5", "", 8),
    GENERAL("r9", "int64", r9, "arg6", "", 9),
    GENERAL("r10", "int64", r10, "", "", 10),
    GENERAL("r11", "int64", r11, "", "", 11),
    GENERAL("r12", "int64", r12, "", "", 12),
    GENERAL("r13", "int64", r13, "", "", 13),
    GENERAL("r14", "int64", r14, "", "", 14),
    GENERAL("r15", "int64", r15, "", "", 15),
    GENERAL("rip", "code_ptr", rip, "pc", "pc", 16),
    SHORT_GENERAL("eflags", "i386_eflags", eflags, 49),
    SHORT_GENERAL("cs", "int32", cs, 51),
    SHORT_GENERAL("ss", "int32", ss, 52),
    SHORT_GENERAL("ds", "int32", ds, 53),
    SHORT_GENERAL("es", "int32", es, 50),
    SHORT_GENERAL("fs", "int32", fs, 54),
    SHORT_GENERAL("gs", "int32", gs, 55),
};

// gdb's names: fioff/fiseg are the low and high half of FIP, fooff/foseg those of FDP.
const std::array x87_control_registers{
    X87_CONTROL("fctrl", fcw, 2, 65),
    X87_CONTROL("fstat", fsw, 2, 66),
    RegisterSpec{"ftag", core, "int", 32, RegisterHome::X87TagWord, ftw, 2, X87, "float", float_set,
                 "", "", -1},
    X87_CONTROL("fiseg", fip + 4, 2, -1),
    X87_CONTROL("fioff", fip, 4, -1),
    X87_CONTROL("foseg", fdp + 4, 2, -1),
    X87_CONTROL("fooff", fdp, 4, -1),
    X87_CONTROL("fop", fop, 2, -1),
};

#undef GENERAL
#undef SHORT_GENERAL
#undef X87_CONTROL

struct ComponentPlace {
  std::uint32_t size = 0;
  std::uint32_t offset = 0;
};

struct ExtendedState {
  std::uint64_t enabled = 0;  // XCR0
  std::uint32_t bytes = 512 + 64;

  bool has(Component component) const { return (enabled >> component & 1) != 0; }
};

std::uint64_t read_xcr0() {
  std::uint32_t low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return std::uint64_t{high} << 32 | low;
}

ExtendedState probe_extended_state() {
  constexpr std::uint32_t osxsave = 1u << 27;
  std::uint32_t a = 0, b = 0, c = 0, d = 0;
  ExtendedState state;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & osxsave) == 0) {
    state.enabled = 1u << X87 | 1u << Sse;
    return state;
  }
  state.enabled = read_xcr0();
  // ECX: size with everything the processor has. EBX: with what XCR0 enables now; a user of dynamically
  // enabled features (AMX) may have more, so the larger one is right.
  if (__get_cpuid_count(0xd, 0, &a, &b, &c, &d) != 0) state.bytes = std::max(b, c);
  return state;
}

ComponentPlace place_of(Component component) {
  std::uint32_t size = 0, offset = 0, c = 0, d = 0;
  __get_cpuid_count(0xd, component, &size, &offset, &c, &d);
  return {size, offset};
}

const ExtendedState& extended_state() {
  static const ExtendedState state = probe_extended_state();
  return state;
}

// Names such as "zmm31h" live as long as the program; a deque never moves them.
std::string_view keep(std::string name) {
  static std::deque<std::string> names;
  return names.emplace_back(std::move(name));
}

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

void add_bank(RegisterLayout& layout, const Bank& bank) {
  for (int i = 0; i < bank.count; ++i) {
    RegisterSpec spec;
    spec.name = keep(std::string(bank.prefix) + std::to_string(bank.first + i) + std::string(bank.suffix));
    spec.feature = bank.feature;
    spec.type = bank.type;
    spec.bits = bank.bits;
    spec.home = RegisterHome::Extended;
    spec.offset = bank.offset + static_cast<std::uint32_t>(i) * bank.stride;
    spec.home_bytes = static_cast<std::uint16_t>(bank.bits / 8);
    spec.component = bank.component;
    spec.set = bank.set;
    spec.dwarf = bank.dwarf < 0 ? std::int16_t{-1} : static_cast<std::int16_t>(bank.dwarf + i);
    layout.registers.push_back(spec);
  }
}

void add_sse(RegisterLayout& layout) {
  add_bank(layout, {.prefix = "xmm", .suffix = "", .feature = sse, .type = "vec128", .bits = 128,
                    .offset = xmm0, .stride = 16, .component = Sse, .set = float_set, .dwarf = 17});
  layout.registers.push_back({"mxcsr", sse, "i386_mxcsr", 32, RegisterHome::Extended, mxcsr, 4, Sse,
                              "vector", float_set, "", "", 64});
}

void add_linux_and_segments(RegisterLayout& layout) {
  const auto general = [&](std::string_view name, std::string_view feature, std::string_view type,
                           std::size_t offset, std::string_view group, std::int16_t dwarf) {
    layout.registers.push_back({name, feature, type, 64, RegisterHome::General,
                                static_cast<std::uint32_t>(offset), 8, 0, group, general_set, "", "",
                                dwarf});
  };
  general("orig_rax", linux_feature, "int", offsetof(user_regs_struct, orig_rax), "system", -1);
  general("fs_base", segments, "int", offsetof(user_regs_struct, fs_base), "", 58);
  general("gs_base", segments, "int", offsetof(user_regs_struct, gs_base), "", 59);
}

void add_avx(RegisterLayout& layout) {
  add_bank(layout, {.prefix = "ymm", .suffix = "h", .feature = avx, .type = "uint128", .bits = 128,
                    .offset = place_of(Avx).offset, .stride = 16, .component = Avx, .set = vector_set});
}

// The upper sixteen vector registers lie whole in one component: 64 bytes each, of which gdb wants the
// lowest 16 as xmm, the next 16 as ymmh and the upper 32 as zmmh.
void add_avx512(RegisterLayout& layout) {
  const auto high = place_of(High16Zmm).offset;
  add_bank(layout, {.prefix = "xmm", .suffix = "", .feature = avx512, .type = "vec128", .bits = 128,
                    .offset = high, .stride = 64, .component = High16Zmm, .set = vector_set,
                    .dwarf = 67, .first = 16});
  add_bank(layout, {.prefix = "ymm", .suffix = "h", .feature = avx512, .type = "uint128", .bits = 128,
                    .offset = high + 16, .stride = 64, .component = High16Zmm, .set = vector_set,
                    .first = 16});
  add_bank(layout, {.prefix = "k", .suffix = "", .feature = avx512, .type = "uint64", .bits = 64,
                    .offset = place_of(Opmask).offset, .stride = 8, .component = Opmask,
                    .set = vector_set, .dwarf = 118, .count = 8});
  add_bank(layout, {.prefix = "zmm", .suffix = "h", .feature = avx512, .type = "v2ui128", .bits = 256,
                    .offset = place_of(ZmmHigh256).offset, .stride = 32, .component = ZmmHigh256,
                    .set = vector_set});
  add_bank(layout, {.prefix = "zmm", .suffix = "h", .feature = avx512, .type = "v2ui128", .bits = 256,
                    .offset = high + 32, .stride = 64, .component = High16Zmm, .set = vector_set,
                    .first = 16});
}

void add_pkeys(RegisterLayout& layout) {
  layout.registers.push_back({"pkru", pkeys, "uint32", 32, RegisterHome::Extended,
                              place_of(Pkru).offset, 4, Pkru, "", general_set, "", "", -1});
}

void number_registers(RegisterLayout& layout) {
  for (std::size_t i = 0; i < layout.registers.size(); ++i) {
    const auto& spec = layout.registers[i];
    layout.wire_offsets.push_back(layout.wire_bytes);
    layout.wire_bytes += spec.bytes();
    if (spec.generic == "pc") layout.pc = static_cast<std::uint16_t>(i);
    if (spec.generic == "sp") layout.sp = static_cast<std::uint16_t>(i);
    if (spec.generic == "fp") layout.fp = static_cast<std::uint16_t>(i);
  }
}

RegisterLayout make_layout() {
  RegisterLayout layout;
  layout.architecture = "i386:x86-64";
  layout.registers.assign(core_registers.begin(), core_registers.end());
  add_bank(layout, {.prefix = "st", .suffix = "", .feature = core, .type = "i387_ext", .bits = 80,
                    .offset = st0, .stride = 16, .component = X87, .set = float_set, .dwarf = 33,
                    .count = 8});
  layout.registers.insert(layout.registers.end(), x87_control_registers.begin(),
                          x87_control_registers.end());
  add_sse(layout);
  add_linux_and_segments(layout);
  const auto& state = extended_state();
  if (state.has(Avx)) add_avx(layout);
  if (state.has(Opmask) && state.has(ZmmHigh256) && state.has(High16Zmm)) add_avx512(layout);
  if (state.has(Pkru)) add_pkeys(layout);
  number_registers(layout);
  return layout;
}

}  // namespace

const RegisterLayout& register_layout() {
  static const RegisterLayout layout = make_layout();
  return layout;
}

std::size_t extended_state_bytes() { return extended_state().bytes; }

}  // namespace target::arch::amd64
