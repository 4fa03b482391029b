// Run lengths, undone here in both ways that clients do it.

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "protocol/escaping.hpp"
#include "protocol/framing.hpp"
#include "tests/support/rsp_text.hpp"

namespace protocol {
namespace {

std::string encoded(const std::string& payload) {
  std::string out;
  append_packet(out, payload);
  EXPECT_EQ(out.front(), '$');
  EXPECT_EQ(out[out.size() - 3], '#');
  return out.substr(1, out.size() - 4);
}

std::size_t repeats_of(char count) { return static_cast<std::size_t>(static_cast<unsigned char>(count)) - 29; }

// gdb: first the runs, over the whole packet; a handler of a binary reply undoes the escapes afterwards.
using support::without_runs;

// lldb: runs and escapes in one pass, so a run repeats the byte that an escape made.
std::string without_runs_and_escapes(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*')
      out.append(repeats_of(text.at(++i)), out.back());
    else if (text[i] == '}')
      out.push_back(static_cast<char>(text.at(++i) ^ 0x20));
    else
      out.push_back(text[i]);
  }
  return out;
}

void expect_printable_counts_that_are_no_framing(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '*') continue;
    const char count = text.at(++i);
    EXPECT_GE(count, ' ');
    EXPECT_LE(count, '~');
    EXPECT_NE(count, '#');
    EXPECT_NE(count, '$');
  }
}

TEST(RunLength, leaves_short_payloads_alone) {
  std::string out;
  append_packet(out, "OK");
  EXPECT_EQ(out, "$OK#9a");
  out.clear();
  append_packet(out, "");
  EXPECT_EQ(out, "$#00");
  EXPECT_EQ(encoded("aaa"), "aaa");
}

TEST(RunLength, writes_a_run_as_the_manual_does) {
  EXPECT_EQ(encoded("0000"), "0* ");
  EXPECT_EQ(encoded("x00000y"), "x0*!y");
}

TEST(RunLength, never_counts_six_or_seven_repeats) {
  EXPECT_EQ(encoded("0000000"), "0*\"0");
  EXPECT_EQ(encoded("00000000"), "0*\"00");
  EXPECT_EQ(encoded("000000000"), "0*%");
}

TEST(RunLength, survives_every_length_between_all_neighbours) {
  for (std::size_t length = 0; length <= 400; ++length)
    for (const auto& [before, after] : {std::pair{"", ""}, {"ab", "ba"}, {"00", "1"}, {"}\x03", "}]"}}) {
      const auto payload = before + std::string(length, '0') + after;
      const auto text = encoded(payload);
      ASSERT_EQ(without_runs(text), payload);
      ASSERT_LE(text.size(), payload.size());
      expect_printable_counts_that_are_no_framing(text);
    }
}

TEST(RunLength, carries_the_checksum_of_what_is_on_the_wire) {
  std::string out;
  append_packet(out, "00000000000000000000");
  FrameDecoder decoder(64);
  decoder.feed(out);
  const auto frame = decoder.next();
  ASSERT_TRUE(frame && std::holds_alternative<Packet>(*frame));
  EXPECT_EQ(without_runs(std::string(std::get<Packet>(*frame).payload)), std::string(20, '0'));
}

TEST(RunLength, never_begins_a_run_at_an_escaped_byte) {
  for (std::size_t length = 1; length < 40; ++length)
    for (const char c : {'#', '$', '}', '*', ']', '\x03', '\x0a'}) {
      std::string payload;
      append_escaped(payload, std::string(length, c) + std::string(length, static_cast<char>(c ^ 0x20)));
      const auto text = encoded(payload);
      ASSERT_EQ(without_runs_and_escapes(text), unescape(payload)) << "byte " << int{c} << " x " << length;
      ASSERT_EQ(without_runs(text), payload);
    }
}

TEST(RunLength, gives_both_clients_the_same_bytes) {
  std::mt19937 random(1);
  const std::string alphabet = "##$}}**]\x03\x0a\x04" "00000000aZ";
  for (int round = 0; round < 3000; ++round) {
    std::string data;
    while (data.size() < 60)
      data.append(1 + random() % 9, alphabet[random() % alphabet.size()]);
    std::string payload;
    append_escaped(payload, data);
    const auto text = encoded(payload);
    ASSERT_EQ(unescape(without_runs(text)), data);
    ASSERT_EQ(without_runs_and_escapes(text), data);
    ASSERT_EQ(text.find_first_of("#$"), std::string::npos);
  }
}

}  // namespace
}  // namespace protocol
