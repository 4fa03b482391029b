#include "protocol/transfer_window.hpp"

#include <gtest/gtest.h>

#include <string>

#include "protocol/escaping.hpp"
#include "protocol/features.hpp"

namespace protocol {
namespace {

TEST(TransferWindow, marks_the_last_piece) {
  EXPECT_EQ((TransferWindow{0, 3}.cut("abcdef")), "mabc");
  EXPECT_EQ((TransferWindow{3, 3}.cut("abcdef")), "ldef");
  EXPECT_EQ((TransferWindow{3, 100}.cut("abcdef")), "ldef");
  EXPECT_EQ((TransferWindow{0, 6}.cut("abcdef")), "labcdef");
}

TEST(TransferWindow, is_empty_at_and_behind_the_end) {
  EXPECT_EQ((TransferWindow{6, 3}.cut("abcdef")), "l");
  EXPECT_EQ((TransferWindow{~0ull, ~0ull}.cut("abcdef")), "l");
  EXPECT_EQ((TransferWindow{0, 3}.cut("")), "l");
}

TEST(TransferWindow, escapes_what_it_hands_out) {
  EXPECT_EQ((TransferWindow{0, 2}.cut("#*x")), "m}\x03}\x0a");
}

// gdb gives up at a piece without data that claims that more follows.
TEST(TransferWindow, hands_out_a_large_object_in_full_packets_that_add_up) {
  std::string object;
  for (std::size_t i = 0; object.size() < 3 * packet_size; ++i) object += i % 7 == 0 ? '}' : static_cast<char>('a' + i % 26);
  std::string whole;
  for (std::string piece = "m"; piece.front() == 'm';) {
    piece = TransferWindow{whole.size(), ~0ull}.cut(object);
    ASSERT_LE(piece.size(), packet_size);
    ASSERT_GT(piece.size(), 1u);
    whole += *unescape(std::string_view(piece).substr(1));
  }
  EXPECT_EQ(whole, object);
}

TEST(TransferWindow, reads_offset_and_length) {
  FieldReader in("1000,fff");
  const auto window = TransferWindow::read(in);
  EXPECT_TRUE(in.complete());
  EXPECT_EQ(window.offset, 0x1000u);
  EXPECT_EQ(window.length, 0xfffu);
  for (const auto* text : {"", "10", "10,", ",10", "x,10"}) {
    FieldReader wrong(text);
    TransferWindow::read(wrong);
    EXPECT_FALSE(wrong.complete()) << text;
  }
}

}  // namespace
}  // namespace protocol
