#include "tools/syscalls/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tools::syscalls {
namespace {

using testing::HasSubstr;

TEST(Selection, OfNothingIsEverything) {
  const auto all = Selection::parse("");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->everything());
  EXPECT_TRUE(all->has("syscall_0xfff"));
}

TEST(Selection, TakesNamesAndSets) {
  const auto some = Selection::parse("read,%memory");
  ASSERT_TRUE(some);
  for (const auto* name : {"read", "mmap", "brk"}) EXPECT_TRUE(some->has(name)) << name;
  for (const auto* name : {"write", "openat"}) EXPECT_FALSE(some->has(name)) << name;
}

TEST(Selection, IsTurnedRoundAsAWhole) {
  const auto others = Selection::parse("!read,%file");
  ASSERT_TRUE(others);
  for (const auto* name : {"read", "openat", "execve"}) EXPECT_FALSE(others->has(name)) << name;
  for (const auto* name : {"write", "mmap2"}) EXPECT_TRUE(others->has(name)) << name;
}

TEST(Selection, SaysWhatItDoesNotKnow) {
  for (const auto* text : {"raed", "read,", "!", "%files", "read,%files"}) {
    const auto wrong = Selection::parse(text);
    ASSERT_FALSE(wrong) << text;
    EXPECT_EQ(wrong.error().code, EINVAL);
  }
  EXPECT_THAT(Selection::parse("raed").error().message, HasSubstr("raed"));
}

}  // namespace
}  // namespace tools::syscalls
