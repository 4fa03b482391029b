#include "protocol/thread_selector.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace protocol {
namespace {

using target::Pid;
using target::ThreadId;
using target::ThreadSelector;
using target::Tid;
using Match = ThreadSelector::Match;

std::optional<ThreadSelector> parse(std::string_view text) {
  FieldReader in(text);
  const auto selector = read_thread_selector(in);
  return in.complete() ? std::optional(selector) : std::nullopt;
}

TEST(ThreadSelector, reads_every_form) {
  EXPECT_EQ(parse("p4d2.4d3"), (ThreadSelector{Match::One, Pid{0x4d2}, Match::One, Tid{0x4d3}}));
  EXPECT_EQ(parse("p4d2.-1"), (ThreadSelector{Match::One, Pid{0x4d2}, Match::All, {}}));
  EXPECT_EQ(parse("p4d2.0"), (ThreadSelector{Match::One, Pid{0x4d2}, Match::Any, {}}));
  EXPECT_EQ(parse("p4d2"), (ThreadSelector{Match::One, Pid{0x4d2}, Match::All, {}}));
  EXPECT_EQ(parse("p-1.-1"), ThreadSelector::all());
  EXPECT_EQ(parse("p-1"), ThreadSelector::all());
  EXPECT_EQ(parse("p0.0"), (ThreadSelector{Match::Any, {}, Match::Any, {}}));
  EXPECT_EQ(parse("4D3"), (ThreadSelector{Match::Any, {}, Match::One, Tid{0x4d3}}));
  EXPECT_EQ(parse("-1"), ThreadSelector::all());
  EXPECT_EQ(parse("0"), (ThreadSelector{Match::Any, {}, Match::Any, {}}));
  EXPECT_EQ(parse("7fffffff"), (ThreadSelector{Match::Any, {}, Match::One, Tid{0x7fffffff}}));
}

TEST(ThreadSelector, refuses_everything_else) {
  for (const auto* text : {"", "p", "p.", "p.1", "p1.", "-", "-2", "-1.5", "--1", "p1.-", "p1.2.3", "x", "p-1.5",
                           "80000000", "p80000000.1", "p1.80000000", "100000000", "1 ", "P1.1"})
    EXPECT_FALSE(parse(text)) << text;
}

TEST(ThreadSelector, matches_what_it_names) {
  const ThreadId id{Pid{1}, Tid{2}};
  for (const auto* text : {"p1.2", "p1.-1", "p1", "2", "0", "-1", "p-1", "p0.2"})
    EXPECT_TRUE(parse(text)->matches(id)) << text;
  for (const auto* text : {"p1.3", "p2.2", "p2", "3", "1"}) EXPECT_FALSE(parse(text)->matches(id)) << text;
}

TEST(ThreadSelector, writes_ids_with_and_without_the_process) {
  std::string out = "thread:";
  append_thread_id(out, {Pid{0x4d2}, Tid{0x4d3}}, true);
  EXPECT_EQ(out, "thread:p4d2.4d3");
  out.clear();
  append_thread_id(out, {Pid{0x4d2}, Tid{0x4d3}}, false);
  EXPECT_EQ(out, "4d3");
}

}  // namespace
}  // namespace protocol
