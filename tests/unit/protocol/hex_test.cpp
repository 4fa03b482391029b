#include "protocol/hex.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace protocol {
namespace {

TEST(Hex, knows_its_digits_and_nothing_else) {
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff', 'x'}) EXPECT_EQ(hex_value(c), -1);
}

TEST(Hex, writes_bytes_as_two_lower_case_digits_each) {
  std::string out = "m";
  append_hex(out, std::string_view("\x00\x7f\xff\xa0", 4));
  EXPECT_EQ(out, "m007fffa0");
  append_hex_byte(out, 5);
  EXPECT_EQ(out, "m007fffa005");
}

TEST(Hex, writes_numbers_without_leading_zeros) {
  EXPECT_EQ(hex_number(0), "0");
  EXPECT_EQ(hex_number(0xf), "f");
  EXPECT_EQ(hex_number(0x10), "10");
  EXPECT_EQ(hex_number(0x7fff00001000), "7fff00001000");
  EXPECT_EQ(hex_number(std::numeric_limits<std::uint64_t>::max()), "ffffffffffffffff");
  for (int bit = 0; bit < 64; ++bit)
    EXPECT_EQ(std::stoull(hex_number(std::uint64_t{1} << bit), nullptr, 16), std::uint64_t{1} << bit);
}

TEST(Hex, reads_back_every_byte_in_either_case) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  std::string digits;
  append_hex(digits, all);
  EXPECT_EQ(decode_hex(digits), all);
  EXPECT_EQ(decode_hex("DEADbeef"), "\xde\xad\xbe\xef");
  EXPECT_EQ(decode_hex(""), "");
}

TEST(Hex, refuses_odd_lengths_and_other_characters) {
  EXPECT_FALSE(decode_hex("abc"));
  EXPECT_FALSE(decode_hex("0g"));
  EXPECT_FALSE(decode_hex("g0"));
  EXPECT_FALSE(decode_hex("0x00"));
  EXPECT_FALSE(decode_hex(" 0"));
}

}  // namespace
}  // namespace protocol
