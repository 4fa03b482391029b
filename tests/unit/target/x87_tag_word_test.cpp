#include "target/arch/amd64/x87_tag_word.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace target::arch::amd64 {
namespace {

struct Fxsave {
  std::array<std::byte, 512> bytes{};

  void set_top(unsigned top) {
    const auto status = static_cast<std::uint16_t>(top << 11);
    std::memcpy(bytes.data() + 2, &status, sizeof status);
  }
  void mark(unsigned abridged) { bytes[4] = std::byte{static_cast<unsigned char>(abridged)}; }
  // `logical` is the distance from the top of the stack.
  void put(unsigned logical, long double value) { std::memcpy(bytes.data() + 32 + 16 * logical, &value, 10); }
  void put(unsigned logical, std::uint16_t exponent, std::uint64_t mantissa) {
    std::memcpy(bytes.data() + 32 + 16 * logical, &mantissa, 8);
    std::memcpy(bytes.data() + 32 + 16 * logical + 8, &exponent, 2);
  }
};

// The tag of physical register 0, with one value on the stack.
unsigned tag_of(std::uint16_t exponent, std::uint64_t mantissa) {
  Fxsave area;
  area.mark(1);
  area.put(0, exponent, mantissa);
  return full_tag_word(area.bytes) & 3;
}

TEST(X87TagWord, is_all_empty_after_finit) { EXPECT_EQ(full_tag_word(Fxsave{}.bytes), 0xffff); }

TEST(X87TagWord, tells_valid_zero_and_special_values_apart) {
  constexpr std::uint64_t one = 1ull << 63;
  EXPECT_EQ(tag_of(0x3fff, one), 0u);          // 1.0
  EXPECT_EQ(tag_of(0xbfff, one), 0u);          // -1.0
  EXPECT_EQ(tag_of(0, 0), 1u);                 // 0
  EXPECT_EQ(tag_of(0x8000, 0), 1u);            // -0
  EXPECT_EQ(tag_of(0x7fff, one), 2u);          // infinity
  EXPECT_EQ(tag_of(0xffff, one | 1), 2u);      // NaN
  EXPECT_EQ(tag_of(0, 1), 2u);                 // denormal
  EXPECT_EQ(tag_of(0x3fff, one >> 1), 2u);     // unnormal
}

// FXSAVE keeps tags by physical register and values by distance from the top.
TEST(X87TagWord, finds_the_value_of_each_physical_register) {
  for (unsigned top = 0; top < 8; ++top) {
    Fxsave area;
    area.set_top(top);
    area.mark(0xff);
    for (unsigned logical = 0; logical < 8; ++logical) area.put(logical, logical == 2 ? 0.0L : 1.0L);
    const unsigned zero = (top + 2) % 8;
    EXPECT_EQ(full_tag_word(area.bytes), 1u << (2 * zero)) << top;
  }
}

TEST(X87TagWord, comes_back_through_the_abridged_form) {
  for (unsigned abridged = 0; abridged < 256; ++abridged) {
    Fxsave area;
    area.set_top(abridged % 8);
    area.mark(abridged);
    for (unsigned logical = 0; logical < 8; ++logical) area.put(logical, 1.0L);
    EXPECT_EQ(abridged_tag_word(full_tag_word(area.bytes)), abridged);
  }
  EXPECT_EQ(abridged_tag_word(0xffff), 0);
  EXPECT_EQ(abridged_tag_word(0), 0xff);
  EXPECT_EQ(abridged_tag_word(0xfffd), 1);
}

}  // namespace
}  // namespace target::arch::amd64
