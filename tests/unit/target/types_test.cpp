#include <gtest/gtest.h>

#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "target/types/resume_plan.hpp"
#include "target/types/signal.hpp"
#include "target/types/stop_event.hpp"
#include "target/types/syscall_filter.hpp"

namespace target {
namespace {

TEST(AddressRange, is_half_open) {
  const AddressRange range{Address{0x10}, Address{0x20}};
  EXPECT_FALSE(range.contains(Address{0xf}));
  EXPECT_TRUE(range.contains(Address{0x10}));
  EXPECT_TRUE(range.contains(Address{0x1f}));
  EXPECT_FALSE(range.contains(Address{0x20}));
  EXPECT_FALSE((AddressRange{Address{0x10}, Address{0x10}}.contains(Address{0x10})));
}

TEST(SignalSet, holds_the_kernels_64_signals_and_nothing_else) {
  SignalSet set;
  for (const int number : {0, 65, -1, 1000}) set.add(Signal{number});
  EXPECT_EQ(set, SignalSet{});
  set.add(Signal{1});
  set.add(Signal{64});
  EXPECT_TRUE(set.contains(Signal{1}));
  EXPECT_TRUE(set.contains(Signal{64}));
  EXPECT_FALSE(set.contains(Signal{2}));
  for (int number = 1; number <= 64; ++number) EXPECT_TRUE(SignalSet::every().contains(Signal{number}));
  EXPECT_FALSE(SignalSet::every().contains(Signal{0}));
  EXPECT_FALSE(SignalSet::every().contains(Signal{65}));
}

TEST(ResumePlan, lets_the_first_matching_entry_decide) {
  const ThreadId first{Pid{10}, Tid{11}};
  const ThreadId second{Pid{10}, Tid{12}};
  const ResumePlan plan{{{ThreadSelector::one(first), {ResumeAction::Kind::Step, {}, {}}},
                         {ThreadSelector::all(), {ResumeAction::Kind::Stop, {}, {}}}}};
  EXPECT_EQ(plan.action_for(first)->kind, ResumeAction::Kind::Step);
  EXPECT_EQ(plan.action_for(second)->kind, ResumeAction::Kind::Stop);
  EXPECT_EQ(ResumePlan{}.action_for(first), nullptr);
}

TEST(SyscallFilter, catches_what_it_names) {
  EXPECT_FALSE(SyscallFilter::none().catches_any());
  EXPECT_FALSE(SyscallFilter::none().catches(1));
  EXPECT_TRUE(SyscallFilter::all().catches(1));
  const auto some = SyscallFilter::only({60, 1});
  EXPECT_TRUE(some.catches_any());
  EXPECT_TRUE(some.catches(1));
  EXPECT_TRUE(some.catches(60));
  EXPECT_FALSE(some.catches(2));
}

TEST(StopEvent, knows_which_causes_end_a_process) {
  EXPECT_TRUE(ends_process(ProcessExited{}));
  EXPECT_TRUE(ends_process(ProcessKilled{}));
  EXPECT_FALSE(ends_process(SignalStop{}));
  EXPECT_FALSE(ends_process(NothingLeftToRun{}));
}

TEST(Result, says_what_failed_and_why) {
  const Result<void> refused = system_failure("open the box", EACCES);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, EACCES);
  EXPECT_EQ(refused.error().message, "open the box: Permission denied");
  EXPECT_EQ(describe_errno(99999), "error 99999");
}

}  // namespace
}  // namespace target
