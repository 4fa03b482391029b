#include "target/arch/amd64/extended_state.hpp"

#include <cpuid.h>

#include <algorithm>

namespace target::arch::amd64 {
namespace {

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

}  // namespace target::arch::amd64
