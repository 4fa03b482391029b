#include "protocol/field_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace protocol {
namespace {

TEST(FieldReader, reads_fields_one_after_the_other) {
  FieldReader in("1f,Ab:rest");
  EXPECT_EQ(in.hex<std::uint32_t>(), 0x1fu);
  in.expect(',');
  EXPECT_EQ(in.hex<std::uint8_t>(), 0xabu);
  EXPECT_FALSE(in.accept(','));
  EXPECT_TRUE(in.next_is(':'));
  EXPECT_TRUE(in.accept(':'));
  EXPECT_EQ(in.rest(), "rest");
  EXPECT_TRUE(in.complete());
}

TEST(FieldReader, takes_numbers_up_to_the_width_of_the_type) {
  EXPECT_EQ(FieldReader("ff").hex<std::uint8_t>(), 0xff);
  EXPECT_EQ(FieldReader("000000000000000000000ff").hex<std::uint8_t>(), 0xff);
  EXPECT_EQ(FieldReader("ffffffffffffffff").hex<std::uint64_t>(), ~std::uint64_t{0});
}

template <class T>
bool refuses(std::string_view text) {
  FieldReader in(text);
  EXPECT_EQ(in.hex<T>(), T{});
  return in.failed() && !in.complete();
}

TEST(FieldReader, refuses_numbers_that_do_not_fit) {
  EXPECT_TRUE(refuses<std::uint8_t>("100"));
  EXPECT_TRUE(refuses<std::uint32_t>("100000000"));
  EXPECT_TRUE(refuses<std::uint64_t>("10000000000000000"));
  EXPECT_TRUE(refuses<std::uint64_t>("fffffffffffffffff"));
  EXPECT_TRUE(refuses<std::uint64_t>(std::string(1000, 'f')));
}

TEST(FieldReader, refuses_what_is_no_number) {
  for (const auto* text : {"", "-1", "x1", "+1", " 1", ",", "g"})
    EXPECT_TRUE(refuses<std::uint64_t>(text)) << text;
}

TEST(FieldReader, remembers_its_first_failure) {
  FieldReader in("zz,10");
  in.hex<std::uint32_t>();
  EXPECT_TRUE(in.failed());
  in.rest();
  EXPECT_TRUE(in.at_end());
  EXPECT_FALSE(in.complete());
}

TEST(FieldReader, is_complete_only_if_nothing_is_left) {
  FieldReader in("1;");
  in.hex<std::uint32_t>();
  EXPECT_FALSE(in.complete());
  EXPECT_FALSE(in.failed());
  in.expect(';');
  EXPECT_TRUE(in.complete());
  in.expect(';');
  EXPECT_FALSE(in.complete());
}

TEST(FieldReader, expects_whole_words) {
  FieldReader in("read:x");
  in.expect("read:");
  EXPECT_EQ(in.rest(), "x");
  FieldReader other("rea");
  other.expect("read:");
  EXPECT_TRUE(other.failed());
}

TEST(FieldReader, stops_before_a_separator_or_at_the_end) {
  FieldReader in("annex:0,10");
  EXPECT_EQ(in.until(':'), "annex");
  EXPECT_TRUE(in.next_is(':'));
  EXPECT_EQ(in.until('!'), ":0,10");
  EXPECT_EQ(in.until('!'), "");
  EXPECT_TRUE(in.complete());
}

TEST(FieldReader, decodes_hex_text_up_to_a_separator_or_to_the_end) {
  FieldReader in("6c73;2d6c");
  EXPECT_EQ(in.hex_text(';'), "ls");
  in.expect(';');
  EXPECT_EQ(in.hex_text(), "-l");
  EXPECT_TRUE(in.complete());
  FieldReader odd("6c7");
  EXPECT_EQ(odd.hex_text(), "");
  EXPECT_FALSE(odd.complete());
}

TEST(FieldReader, unescapes_binary_at_the_end) {
  FieldReader in("}\x03;}]");
  EXPECT_EQ(in.binary(), "#;}");
  EXPECT_TRUE(in.complete());
  FieldReader cut("ab}");
  EXPECT_EQ(cut.binary(), "");
  EXPECT_FALSE(cut.complete());
}

}  // namespace
}  // namespace protocol
