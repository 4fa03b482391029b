#include "protocol/reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace protocol {
namespace {

const target::Error no_memory{EFAULT, "no readable memory at 0x0"};

Features with(bool Features::*flag) {
  Features features;
  features.*flag = true;
  return features;
}

TEST(Reply, tells_ok_unsupported_and_data_apart) {
  EXPECT_EQ(to_payload(reply::Ok{}, {}), "OK");
  EXPECT_EQ(to_payload(reply::Unsupported{}, {}), "");
  EXPECT_EQ(to_payload(reply::Payload{"l"}, {}), "l");
}

TEST(Reply, gives_the_errno_as_exactly_two_digits) {
  EXPECT_EQ(to_payload(reply::Failure{no_memory}, {}), "E0e");
  EXPECT_EQ(to_payload(reply::Failure{{EPERM, ""}}, {}), "E01");
}

TEST(Reply, shows_a_code_that_does_not_fit_as_the_highest) {
  EXPECT_EQ(to_payload(reply::Failure{{0, ""}}, {}), "Eff");
  EXPECT_EQ(to_payload(reply::Failure{{-1, ""}}, {}), "Eff");
  EXPECT_EQ(to_payload(reply::Failure{{1000, ""}}, {}), "Eff");
}

TEST(Reply, gives_gdb_the_message_once_it_has_announced_that_it_reads_it) {
  EXPECT_EQ(to_payload(reply::Failure{no_memory}, with(&Features::error_message)),
            "E.no readable memory at 0x0");
  EXPECT_EQ(to_payload(reply::Failure{{EFAULT, ""}}, with(&Features::error_message)), "E0e");
}

TEST(Reply, gives_lldb_the_message_in_hex_behind_the_code) {
  EXPECT_EQ(to_payload(reply::Failure{{EFAULT, "no"}}, with(&Features::error_strings)), "E0e;6e6f");
  EXPECT_EQ(to_payload(reply::Failure{{EFAULT, ""}}, with(&Features::error_strings)), "E0e");
}

// Messages hold file names, which a client does not unescape here.
TEST(Reply, lets_no_message_break_the_framing) {
  const target::Error error{ENOENT, "Cannot exec /tmp/a#b$c}d*e\nf: No such file or directory"};
  const auto text = to_payload(reply::Failure{error}, with(&Features::error_message));
  EXPECT_THAT(text, testing::StartsWith("E.Cannot exec /tmp/a"));
  EXPECT_THAT(text, testing::EndsWith("No such file or directory"));
  EXPECT_EQ(text.find_first_of("#$}*"), std::string::npos) << text;
}

TEST(Reply, answers_a_malformed_packet_with_an_error) {
  EXPECT_EQ(to_payload(malformed(), {}), "E16");
}

TEST(Reply, turns_results_into_replies) {
  EXPECT_EQ(to_payload(reply_to(target::Result<void>{}), {}), "OK");
  EXPECT_EQ(to_payload(reply_to(target::failure(EBUSY, "")), {}), "E10");
  EXPECT_EQ(to_payload(failed({ESRCH, ""}), {}), "E03");
}

}  // namespace
}  // namespace protocol
