#include "protocol/framing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace protocol {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Describe {
  std::string operator()(const Packet& packet) const { return "packet " + std::string(packet.payload); }
  std::string operator()(const Ack&) const { return "ack"; }
  std::string operator()(const Nack&) const { return "nack"; }
  std::string operator()(const Interrupt&) const { return "interrupt"; }
  std::string operator()(const Corrupt&) const { return "corrupt"; }
  std::string operator()(const Oversized&) const { return "oversized"; }
  std::string operator()(const Noise&) const { return "noise"; }
};

using Frames = std::vector<std::string>;

Frames drain(FrameDecoder& decoder) {
  Frames frames;
  while (const auto frame = decoder.next()) frames.push_back(std::visit(Describe{}, *frame));
  return frames;
}

Frames decode(const std::vector<std::string>& pieces, std::size_t longest = 64) {
  FrameDecoder decoder(longest);
  Frames frames;
  for (const auto& piece : pieces) {
    decoder.feed(piece);
    for (auto& frame : drain(decoder)) frames.push_back(std::move(frame));
  }
  return frames;
}

std::vector<std::string> bytes_of(const std::string& text) {
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  return bytes;
}

// The same frames, however the stream is cut into two or three pieces, or into bytes.
void expect_in_every_split(const std::string& stream, const Frames& expected, std::size_t longest) {
  EXPECT_EQ(decode({stream}, longest), expected);
  EXPECT_EQ(decode(bytes_of(stream), longest), expected);
  for (std::size_t i = 0; i <= stream.size(); ++i)
    for (std::size_t j = i; j <= stream.size(); ++j)
      ASSERT_EQ(decode({stream.substr(0, i), stream.substr(i, j - i), stream.substr(j)}, longest), expected)
          << "cut at " << i << " and " << j;
}

std::string packet(const std::string& payload) {
  char sum[3];
  std::snprintf(sum, sizeof sum, "%02x", checksum(payload));
  return "$" + payload + "#" + sum;
}

TEST(Framing, needs_bytes_before_it_gives_a_frame) {
  FrameDecoder decoder(64);
  EXPECT_FALSE(decoder.next());
  decoder.feed("");
  EXPECT_FALSE(decoder.next());
}

TEST(Framing, decodes_every_kind_of_frame_in_every_split) {
  expect_in_every_split("+$qSupported:swbreak+#8b-$#00\x03$?#3f",
                        {"ack", "packet qSupported:swbreak+", "nack", "packet ", "interrupt", "packet ?"},
                        64);
}

TEST(Framing, takes_checksum_digits_of_either_case) {
  EXPECT_THAT(decode({"$vCont?#49"}), ElementsAre("packet vCont?"));
  EXPECT_THAT(decode({"$jz#e4", "$jz#E4"}), ElementsAre("packet jz", "packet jz"));
}

TEST(Framing, calls_a_packet_with_a_wrong_or_malformed_checksum_corrupt_and_goes_on) {
  expect_in_every_split("$?#3e$?#g0$?#3-$?#3f", {"corrupt", "corrupt", "corrupt", "packet ?"}, 64);
}

TEST(Framing, keeps_the_bytes_of_a_payload_as_they_came) {
  EXPECT_THAT(decode({packet("X0,5:}\x03*\x03+")}), ElementsAre("packet X0,5:}\x03*\x03+"));
}

TEST(Framing, sums_bytes_above_127_as_unsigned) {
  EXPECT_EQ(checksum("\xff\xff"), 0xfe);
  EXPECT_THAT(decode({"$\xff\x80#7f"}), ElementsAre("packet \xff\x80"));
}

TEST(Framing, makes_one_noise_of_everything_up_to_the_next_frame) {
  EXPECT_THAT(decode({"GET / HTTP/1.1\r\n$?#3f"}), ElementsAre("noise", "packet ?"));
  EXPECT_THAT(decode({"#3f}"}), ElementsAre("noise"));
}

TEST(Framing, accepts_the_longest_payload_and_not_one_byte_more) {
  const std::string longest(64, 'x');
  EXPECT_THAT(decode({packet(longest)}), ElementsAre("packet " + longest));
  EXPECT_THAT(decode({packet(longest + "x")}), ElementsAre("oversized"));
}

TEST(Framing, drops_an_oversized_packet_in_every_split_and_finds_the_next) {
  expect_in_every_split("$" + std::string(12, 'a') + "#zz$?#3f", {"oversized", "packet ?"}, 8);
  expect_in_every_split("$123456789#ff+$12345678#a4", {"oversized", "ack", "packet 12345678"}, 8);
}

TEST(Framing, keeps_nothing_of_a_packet_that_never_ends) {
  FrameDecoder decoder(8);
  const std::string flood(1000, 'x');
  decoder.feed("$");
  for (int i = 0; i < 100; ++i) {
    decoder.feed(flood);
    ASSERT_THAT(drain(decoder), IsEmpty());
  }
  decoder.feed("#00$?#3f");
  EXPECT_THAT(drain(decoder), ElementsAre("oversized", "packet ?"));
}

TEST(Framing, keeps_a_payload_until_the_next_bytes_are_fed) {
  FrameDecoder decoder(8);
  decoder.feed("$first#28$this one is too long#1");
  const auto first = decoder.next();
  ASSERT_TRUE(first);
  EXPECT_FALSE(decoder.next());
  ASSERT_TRUE(std::holds_alternative<Packet>(*first));
  EXPECT_EQ(std::get<Packet>(*first).payload, "first");
}

TEST(Framing, keeps_an_incomplete_frame_over_many_small_feeds) {
  FrameDecoder decoder(64);
  Frames frames;
  const std::string stream = packet("m1000,40") + "+" + packet("vCont;c:p1.-1");
  for (int round = 0; round < 50; ++round)
    for (const auto& byte : bytes_of(stream)) {
      decoder.feed(byte);
      for (auto& frame : drain(decoder)) frames.push_back(std::move(frame));
    }
  EXPECT_EQ(frames.size(), 150u);
  EXPECT_EQ(frames.back(), "packet vCont;c:p1.-1");
}

TEST(Framing, frames_a_notification_without_run_lengths) {
  std::string out = "+";
  append_notification(out, "Stop:T05aaaaaaaa");
  EXPECT_EQ(out, "+%Stop:T05aaaaaaaa#a1");
}

}  // namespace
}  // namespace protocol
