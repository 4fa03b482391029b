#include "target/stops/policy.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace target::stops {
namespace {

using Kind = ResumeAction::Kind;

constexpr Signal alarm_signal{SIGALRM};

class Policy : public testing::Test {
 protected:
  Policy() { wishes.attended = true; }

  Decision decide_on(const StopCause& cause) { return decide(cause, {wishes, action, syscalls, pc, halting}); }

  Wishes wishes;
  ResumeAction action{Kind::Continue, {}, {}};
  SyscallFilter syscalls;
  Address pc{0x401000};
  bool halting = false;
};

TEST_F(Policy, reports_what_a_client_waits_for) {
  action.kind = Kind::Step;
  for (const StopCause& cause : {StopCause{SoftwareBreakpointHit{}}, StopCause{HardwareBreakpointHit{}},
                                 StopCause{WatchpointHit{}}, StopCause{StepDone{}}, StopCause{SignalStop{alarm_signal}}}) {
    EXPECT_EQ(decide_on(cause).verdict, Verdict::Report) << cause.index();
    halting = true;
    EXPECT_EQ(decide_on(cause).verdict, Verdict::Report) << cause.index();
    halting = false;
  }
}

TEST_F(Policy, delivers_no_signal_that_it_reports) { EXPECT_EQ(decide_on(SignalStop{alarm_signal}).deliver, Signal{}); }

TEST_F(Policy, passes_signals_that_the_client_does_not_want_to_see) {
  wishes.pass.add(alarm_signal);
  EXPECT_EQ(decide_on(SignalStop{alarm_signal}).verdict, Verdict::Swallow);
  EXPECT_EQ(decide_on(SignalStop{alarm_signal}).deliver, alarm_signal);
  EXPECT_EQ(decide_on(SignalStop{Signal{SIGINT}}).verdict, Verdict::Report);
}

TEST_F(Policy, holds_a_passed_signal_while_others_are_being_stopped) {
  wishes.pass.add(alarm_signal);
  halting = true;
  EXPECT_EQ(decide_on(SignalStop{alarm_signal}).verdict, Verdict::Hold);
  EXPECT_EQ(decide_on(SignalStop{alarm_signal}).deliver, alarm_signal);
}

TEST_F(Policy, shows_a_stepping_thread_its_signals_all_the_same) {
  wishes.pass.add(alarm_signal);
  action.kind = Kind::Step;
  EXPECT_EQ(decide_on(SignalStop{alarm_signal}).verdict, Verdict::Report);
}

TEST_F(Policy, lets_everything_go_on_when_nobody_is_there) {
  wishes = {};
  for (const StopCause& cause : {StopCause{SoftwareBreakpointHit{}}, StopCause{WatchpointHit{}}, StopCause{StepDone{}},
                                 StopCause{Execed{}}, StopCause{Quiet{}}, StopCause{VforkDone{}},
                                 StopCause{SyscallEntry{1}}, StopCause{SyscallReturn{1}}})
    EXPECT_EQ(decide_on(cause).verdict, Verdict::Swallow) << cause.index();
  EXPECT_EQ(decide_on(SignalStop{alarm_signal}).verdict, Verdict::Swallow);
  EXPECT_EQ(decide_on(SignalStop{alarm_signal}).deliver, alarm_signal);
  action.kind = Kind::Step;
  EXPECT_EQ(decide_on(SignalStop{alarm_signal}).verdict, Verdict::Swallow);
}

TEST_F(Policy, steps_on_inside_a_range_and_reports_at_its_end) {
  action = {Kind::StepRange, {}, {Address{0x401000}, Address{0x401008}}};
  EXPECT_EQ(decide_on(StepDone{}).verdict, Verdict::Swallow);
  pc = Address{0x401007};
  EXPECT_EQ(decide_on(StepDone{}).verdict, Verdict::Swallow);
  pc = Address{0x401008};
  EXPECT_EQ(decide_on(StepDone{}).verdict, Verdict::Report);
  pc = Address{0x400fff};
  EXPECT_EQ(decide_on(StepDone{}).verdict, Verdict::Report);
}

TEST_F(Policy, reports_a_breakpoint_inside_a_range) {
  action = {Kind::StepRange, {}, {Address{0x401000}, Address{0x401008}}};
  EXPECT_EQ(decide_on(SoftwareBreakpointHit{}).verdict, Verdict::Report);
  EXPECT_EQ(decide_on(WatchpointHit{}).verdict, Verdict::Report);
}

TEST_F(Policy, tells_of_an_exec_only_to_who_knows_the_word) {
  EXPECT_EQ(decide_on(Execed{}).verdict, Verdict::Swallow);
  wishes.exec_events = true;
  EXPECT_EQ(decide_on(Execed{}).verdict, Verdict::Report);
}

TEST_F(Policy, does_not_report_the_step_that_took_a_thread_past_a_breakpoint) {
  EXPECT_EQ(decide_on(StepDone{}).verdict, Verdict::Swallow);
  halting = true;
  EXPECT_EQ(decide_on(StepDone{}).verdict, Verdict::Hold);
}

TEST_F(Policy, reports_the_system_calls_that_are_caught) {
  EXPECT_EQ(decide_on(SyscallEntry{39}).verdict, Verdict::Swallow);
  syscalls = SyscallFilter::only({59, 39});
  EXPECT_EQ(decide_on(SyscallEntry{39}).verdict, Verdict::Report);
  EXPECT_EQ(decide_on(SyscallReturn{59}).verdict, Verdict::Report);
  EXPECT_EQ(decide_on(SyscallEntry{1}).verdict, Verdict::Swallow);
  EXPECT_EQ(decide_on(SyscallReturn{1}).verdict, Verdict::Swallow);
  syscalls = SyscallFilter::all();
  EXPECT_EQ(decide_on(SyscallReturn{1}).verdict, Verdict::Report);
}

TEST_F(Policy, tells_of_the_end_of_a_vfork_only_to_who_heard_of_its_beginning) {
  EXPECT_EQ(decide_on(VforkDone{}).verdict, Verdict::Swallow);
  wishes.vfork_events = true;
  EXPECT_EQ(decide_on(VforkDone{}).verdict, Verdict::Report);
}

}  // namespace
}  // namespace target::stops
