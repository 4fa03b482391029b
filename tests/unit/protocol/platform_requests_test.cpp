#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/requests/platform.hpp"

namespace protocol::requests {
namespace {

using testing::HasSubstr;

template <class Request>
std::optional<Request> parse(std::string_view text) {
  return Request::parse(FieldReader(text));
}

TEST(ProcessFilter, reads_every_key) {
  const auto filter = parse<ProcessFilter>(
      ":name_match:ends_with;name:6162;pid:7;parent_pid:8;uid:1;gid:2;euid:3;egid:4;all_users:1;triple:783836;");
  ASSERT_TRUE(filter);
  EXPECT_EQ(filter->match, ProcessFilter::Match::EndsWith);
  EXPECT_EQ(filter->name, "ab");
  EXPECT_EQ(filter->pid, 7);
  EXPECT_EQ(filter->parent, 8);
  EXPECT_EQ(filter->effective_group, 4);
  EXPECT_EQ(filter->triple, "x86");
  EXPECT_TRUE(parse<ProcessFilter>(""));
}

TEST(ProcessFilter, refuses_what_it_does_not_know) {
  for (const auto* text : {"pid:7;", ":pid:x;", ":pid;", ":name:6;", ":name_match:like;", ":other:1;", ":pid:99999999999;"})
    EXPECT_FALSE(parse<ProcessFilter>(text)) << text;
}

TEST(ShellCommand, has_a_limit_and_a_folder_if_it_likes) {
  const auto whole = parse<ShellCommand>("6c73,1e,2f");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->command, "ls");
  EXPECT_EQ(whole->seconds, 30U);
  EXPECT_EQ(whole->folder, "/");
  EXPECT_TRUE(parse<ShellCommand>("6c73"));
  for (const auto* text : {"6c7", "6c73,", "6c73,x", "6c73,1,2"}) EXPECT_FALSE(parse<ShellCommand>(text)) << text;
}

TEST(PlatformRequests, follow_their_grammar) {
  EXPECT_EQ(parse<PathMode>("1ed,2f78")->mode, 0755U);
  EXPECT_FALSE(parse<PathMode>("2f78"));
  EXPECT_TRUE(parse<PathStart>("1,2f")->only_folders);
  EXPECT_FALSE(parse<PathStart>("2f"));
  EXPECT_EQ(parse<DecimalNumber>("10")->number, 10);
  for (const auto* text : {"", "-1", "0x1", "1 "}) EXPECT_FALSE(parse<DecimalNumber>(text)) << text;
  EXPECT_EQ(parse<LaunchServer>("host:vm;port:12;")->port, 12);
  EXPECT_EQ(parse<LaunchServer>("host:vm")->port, 0);
  EXPECT_FALSE(parse<LaunchServer>("port:70000;"));
}

}  // namespace
}  // namespace protocol::requests
