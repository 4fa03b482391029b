#include "target/arch/amd64/extended_state.hpp"

#include <cpuid.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace target::arch::amd64 {
namespace {

constexpr std::size_t first_component = 512 + 64;
// Where the kernel writes XCR0, so that readers know what the area has room for (struct xstate_header's
// neighbour, arch/x86/include/uapi/asm/sigcontext.h: sw_reserved).
constexpr std::size_t enabled_components_offset = 464;

struct Place {
  Component component;
  std::uint32_t offset, bytes;
};
constexpr std::array common_layout{
    Place{Avx, 576, 256},          Place{Opmask, 1088, 64}, Place{ZmmHigh256, 1152, 512},
    Place{High16Zmm, 1664, 1024}, Place{Pkru, 2688, 8},
};

struct ExtendedState {
  std::uint64_t enabled = 0;  // XCR0
  std::uint32_t bytes = 512 + 64;
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

const ExtendedState& extended_state() {
  static const ExtendedState state = probe_extended_state();
  return state;
}

}  // namespace

bool has_component(Component component) { return (extended_state().enabled >> component & 1) != 0; }

bool has_avx512() {
  return has_component(Opmask) && has_component(ZmmHigh256) && has_component(High16Zmm);
}

std::uint32_t component_offset(Component component) {
  std::uint32_t size = 0, offset = 0, c = 0, d = 0;
  __get_cpuid_count(0xd, component, &size, &offset, &c, &d);
  return offset;
}

std::size_t extended_state_bytes() { return extended_state().bytes; }

std::vector<std::byte> in_common_layout(std::span<const std::byte> area) {
  std::vector<std::byte> same(area.begin(), area.end());
  const auto is_common = [](const Place& place) {
    return !has_component(place.component) || component_offset(place.component) == place.offset;
  };
  if (area.size() < first_component || std::all_of(common_layout.begin(), common_layout.end(), is_common)) return same;

  std::vector<std::byte> common(same.begin(), same.begin() + first_component);
  std::uint64_t known = 1u << X87 | 1u << Sse;
  for (const auto& place : common_layout) {
    if (!has_component(place.component)) continue;
    const auto from = component_offset(place.component);
    if (from + place.bytes > area.size()) continue;
    common.resize(std::max<std::size_t>(common.size(), place.offset + place.bytes));
    std::memcpy(common.data() + place.offset, area.data() + from, place.bytes);
    known |= std::uint64_t{1} << place.component;
  }
  for (const auto at : {enabled_components_offset, xstate_bv_offset}) {
    std::uint64_t components = 0;
    std::memcpy(&components, common.data() + at, sizeof components);
    components &= known;
    std::memcpy(common.data() + at, &components, sizeof components);
  }
  return common;
}

}  // namespace target::arch::amd64
