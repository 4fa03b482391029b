#include "protocol/escaping.hpp"

#include <gtest/gtest.h>

#include <string>

namespace protocol {
namespace {

std::string escaped(std::string_view data) {
  std::string out;
  EXPECT_EQ(append_escaped(out, data), data.size());
  return out;
}

TEST(Escaping, escapes_exactly_what_would_read_as_framing) {
  EXPECT_EQ(escaped("#$}*"), "}\x03}\x04}]}\x0a");
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    const bool special = byte == '#' || byte == '$' || byte == '}' || byte == '*';
    EXPECT_EQ(escaped(one).size(), special ? 2u : 1u) << byte;
  }
}

TEST(Escaping, comes_back_whole_for_every_byte) {
  std::string data;
  for (int byte = 0; byte < 256; ++byte) data.append(2, static_cast<char>(byte));
  EXPECT_EQ(unescape(escaped(data)), data);
}

TEST(Escaping, appends_after_what_is_there) {
  std::string out = "b";
  EXPECT_EQ(append_escaped(out, "x#"), 2u);
  EXPECT_EQ(out, "bx}\x03");
}

TEST(Escaping, takes_as_much_as_fits_and_never_half_an_escape) {
  const std::string_view data = "ab#c";
  const std::string_view whole = "ab}\x03" "c";
  for (std::size_t limit = 0; limit <= whole.size() + 1; ++limit) {
    std::string out;
    const auto taken = append_escaped(out, data, limit);
    EXPECT_LE(out.size(), limit);
    EXPECT_EQ(unescape(out), data.substr(0, taken)) << limit;
    const bool next_would_fit = taken < data.size() && out.size() + (data[taken] == '#' ? 2 : 1) <= limit;
    EXPECT_FALSE(next_would_fit) << limit;
  }
}

TEST(Escaping, undoes_escapes_that_were_not_needed) {
  EXPECT_EQ(unescape("}A"), "a");
  EXPECT_EQ(unescape("}]}]"), "}}");
}

TEST(Escaping, refuses_text_that_ends_in_an_escape) {
  EXPECT_FALSE(unescape("}"));
  EXPECT_FALSE(unescape("ab}]}"));
  EXPECT_EQ(unescape(""), "");
}

}  // namespace
}  // namespace protocol
