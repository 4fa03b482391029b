#include "target/arch/amd64/register_families.hpp"

#include <array>
#include <deque>
#include <string>

namespace target::arch::amd64 {
namespace {

// Names such as "zmm31h" live as long as the program; a deque never moves them.
std::string_view keep(std::string name) {
  static std::deque<std::string> names;
  return names.emplace_back(std::move(name));
}

struct X87Control {
  std::string_view name;
  RegisterHome home;
  std::uint32_t offset;
  std::uint16_t stored;
};
// gdb's names: fioff/fiseg are the low and high half of FIP, fooff/foseg those of FDP.
constexpr std::array x87_control_registers{
    X87Control{"fctrl", RegisterHome::Extended, fcw, 2},
    X87Control{"fstat", RegisterHome::Extended, fsw, 2},
    X87Control{"ftag", RegisterHome::X87TagWord, ftw, 2},
    X87Control{"fiseg", RegisterHome::Extended, fip + 4, 2},
    X87Control{"fioff", RegisterHome::Extended, fip, 4},
    X87Control{"foseg", RegisterHome::Extended, fdp + 4, 2},
    X87Control{"fooff", RegisterHome::Extended, fdp, 4},
    X87Control{"fop", RegisterHome::Extended, fop, 2},
};

// A client without the target description knows none of the features that came later.
bool known_to_all(std::string_view feature) {
  return feature == core_feature || feature == sse_feature || feature == linux_feature ||
         feature == segments_feature;
}

}  // namespace

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

void add_x87(RegisterLayout& layout, const X87Dwarf& dwarf) {
  add_bank(layout, {.prefix = "st", .suffix = "", .feature = core_feature, .type = "i387_ext", .bits = 80,
                    .offset = st0, .stride = 16, .component = X87, .set = float_set, .dwarf = dwarf.stack,
                    .count = 8});
  for (const auto& control : x87_control_registers) {
    std::int16_t number = -1;
    if (control.name == "fctrl") number = dwarf.control;
    if (control.name == "fstat") number = dwarf.status;
    layout.registers.push_back({control.name, core_feature, "int", 32, control.home, control.offset,
                                control.stored, X87, "float", float_set, "", "", number});
  }
}

void add_sse(RegisterLayout& layout, int count, const SseDwarf& dwarf) {
  add_bank(layout, {.prefix = "xmm", .suffix = "", .feature = sse_feature, .type = "vec128", .bits = 128,
                    .offset = xmm0, .stride = 16, .component = Sse, .set = float_set,
                    .dwarf = dwarf.vectors, .count = count});
  layout.registers.push_back({"mxcsr", sse_feature, "i386_mxcsr", 32, RegisterHome::Extended, mxcsr, 4,
                              Sse, "vector", float_set, "", "", dwarf.mxcsr});
}

void add_general(RegisterLayout& layout, const General& general) {
  layout.registers.push_back({general.name, general.feature, general.type, general.bits,
                              RegisterHome::General, static_cast<std::uint32_t>(general.offset), 8, 0,
                              general.group, general_set, "", "", general.dwarf, general.sign_extended});
}

void add_avx(RegisterLayout& layout, int count) {
  if (!has_component(Avx)) return;
  add_bank(layout, {.prefix = "ymm", .suffix = "h", .feature = avx_feature, .type = "uint128", .bits = 128,
                    .offset = component_offset(Avx), .stride = 16, .component = Avx, .set = vector_set,
                    .count = count});
}

void add_opmasks(RegisterLayout& layout, std::int16_t dwarf) {
  add_bank(layout, {.prefix = "k", .suffix = "", .feature = avx512_feature, .type = "uint64", .bits = 64,
                    .offset = component_offset(Opmask), .stride = 8, .component = Opmask,
                    .set = vector_set, .dwarf = dwarf, .count = 8});
}

void add_zmm_high(RegisterLayout& layout, int count) {
  add_bank(layout, {.prefix = "zmm", .suffix = "h", .feature = avx512_feature, .type = "v2ui128",
                    .bits = 256, .offset = component_offset(ZmmHigh256), .stride = 32,
                    .component = ZmmHigh256, .set = vector_set, .count = count});
}

void add_pkeys(RegisterLayout& layout) {
  if (!has_component(Pkru)) return;
  layout.registers.push_back({"pkru", pkeys_feature, "uint32", 32, RegisterHome::Extended,
                              component_offset(Pkru), 4, Pkru, "", general_set, "", "", -1});
}

void number_registers(RegisterLayout& layout) {
  for (std::size_t i = 0; i < layout.registers.size(); ++i) {
    const auto& spec = layout.registers[i];
    layout.wire_offsets.push_back(layout.wire_bytes);
    layout.wire_bytes += spec.bytes();
    if (known_to_all(spec.feature)) layout.undescribed_bytes = layout.wire_bytes;
    if (spec.generic == "pc") layout.pc = static_cast<std::uint16_t>(i);
    if (spec.generic == "sp") layout.sp = static_cast<std::uint16_t>(i);
    if (spec.generic == "fp") layout.fp = static_cast<std::uint16_t>(i);
  }
}

}  // namespace target::arch::amd64
