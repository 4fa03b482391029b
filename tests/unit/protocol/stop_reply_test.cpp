#include "protocol/stop_reply.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>

namespace protocol {
namespace {

using namespace target;

constexpr ThreadId here{Pid{0x10}, Tid{0x11}};

Features with(std::initializer_list<bool Features::*> flags) {
  Features features;
  for (const auto flag : flags) features.*flag = true;
  return features;
}

std::string reply(const StopCause& cause, const Features& features = {}) {
  return stop_reply({here, cause}, {}, "/bin/ls", features);
}

TEST(StopReply, names_the_thread_as_agreed) {
  EXPECT_EQ(reply(StepDone{}), "T05thread:11;");
  EXPECT_EQ(reply(StepDone{}, with({&Features::multiprocess})), "T05thread:p10.11;");
}

TEST(StopReply, tells_of_breakpoints_only_to_who_knows_the_words) {
  EXPECT_EQ(reply(SoftwareBreakpointHit{}), "T05thread:11;");
  EXPECT_EQ(reply(SoftwareBreakpointHit{}, with({&Features::hwbreak})), "T05thread:11;");
  EXPECT_EQ(reply(SoftwareBreakpointHit{}, with({&Features::swbreak})), "T05swbreak:;thread:11;");
  EXPECT_EQ(reply(HardwareBreakpointHit{}), "T05thread:11;");
  EXPECT_EQ(reply(HardwareBreakpointHit{}, with({&Features::swbreak})), "T05thread:11;");
  EXPECT_EQ(reply(HardwareBreakpointHit{}, with({&Features::hwbreak})), "T05hwbreak:;thread:11;");
}

TEST(StopReply, tells_what_was_watched_and_where) {
  const Address at{0x601040};
  EXPECT_EQ(reply(WatchpointHit{at, WatchKind::Write}), "T05watch:601040;thread:11;");
  EXPECT_EQ(reply(WatchpointHit{at, WatchKind::Read}), "T05rwatch:601040;thread:11;");
  EXPECT_EQ(reply(WatchpointHit{at, WatchKind::Access}), "T05awatch:601040;thread:11;");
}

TEST(StopReply, numbers_signals_as_the_client_does) {
  EXPECT_EQ(reply(SignalStop{Signal{SIGUSR1}}), "T1ethread:11;");
  Features native;
  native.signals = SignalNumbering::Native;
  EXPECT_EQ(reply(SignalStop{Signal{SIGUSR1}}, native), "T0athread:11;");
  EXPECT_EQ(reply(ProcessKilled{Signal{SIGUSR1}}, native), "X0a");
  EXPECT_EQ(reply(ProcessKilled{Signal{SIGUSR1}}), "X1e");
  EXPECT_EQ(reply(SignalStop{Signal{SIGSTKFLT}}), "T8fthread:11;");
}

TEST(StopReply, calls_an_interrupt_sigint_and_a_quiet_stop_a_trap) {
  EXPECT_EQ(reply(Interrupted{}), "T02thread:11;");
  EXPECT_EQ(reply(Quiet{}), "T05thread:11;");
}

TEST(StopReply, tells_of_an_exec_only_to_who_asked) {
  EXPECT_EQ(reply(Execed{}), "T05thread:11;");
  EXPECT_EQ(reply(Execed{}, with({&Features::exec_events})), "T05exec:2f62696e2f6c73;thread:11;");
}

TEST(StopReply, names_the_child_of_a_fork) {
  const ThreadId child{Pid{0x20}, Tid{0x20}};
  EXPECT_EQ(reply(Forked{child, false}, with({&Features::multiprocess})), "T05fork:p20.20;thread:p10.11;");
  EXPECT_EQ(reply(Forked{child, true}, with({&Features::multiprocess})), "T05vfork:p20.20;thread:p10.11;");
  EXPECT_EQ(reply(VforkDone{}, with({&Features::multiprocess})), "T05vforkdone:;reason:vforkdone;thread:p10.11;");
}

TEST(StopReply, numbers_system_calls_in_hex) {
  EXPECT_EQ(reply(SyscallEntry{39}), "T05syscall_entry:27;thread:11;");
  EXPECT_EQ(reply(SyscallReturn{231}), "T05syscall_return:e7;thread:11;");
}

TEST(StopReply, has_no_signal_for_a_stop_that_was_asked_for) {
  EXPECT_EQ(reply(StoppedOnRequest{}), "T00thread:11;");
}

TEST(StopReply, leaves_out_what_the_user_has_disabled) {
  Features features = with({&Features::swbreak});
  features.thread_in_stops = false;
  EXPECT_EQ(reply(SoftwareBreakpointHit{}, features), "T05swbreak:;");
  features.detailed_stops = false;
  EXPECT_EQ(reply(SoftwareBreakpointHit{}, features), "S05");
  EXPECT_EQ(reply(ProcessExited{3}, features), "W03");
}

TEST(StopReply, tells_how_a_process_ended) {
  EXPECT_EQ(reply(ProcessExited{0}), "W00");
  EXPECT_EQ(reply(ProcessExited{255}), "Wff");
  EXPECT_EQ(reply(ProcessKilled{Signal{SIGKILL}}), "X09");
  EXPECT_EQ(reply(ProcessExited{42}, with({&Features::multiprocess})), "W2a;process:10");
  EXPECT_EQ(reply(ProcessKilled{Signal{SIGSEGV}}, with({&Features::multiprocess})), "X0b;process:10");
}

TEST(StopReply, says_that_nothing_is_left_to_run_or_names_a_thread_instead) {
  EXPECT_EQ(reply(NothingLeftToRun{}, with({&Features::no_resumed})), "N");
  EXPECT_EQ(reply(NothingLeftToRun{}), "T05thread:11;");
}

TEST(StopReply, puts_expedited_registers_between_the_cause_and_the_thread) {
  const std::vector<ExpeditedRegister> registers{{6, {std::byte{0x01}, std::byte{0x00}}}, {0x10, {std::byte{0xff}}}};
  EXPECT_EQ(stop_reply({here, SoftwareBreakpointHit{}}, registers, "", with({&Features::swbreak})),
            "T05swbreak:;06:0100;10:ff;thread:11;");
  EXPECT_EQ(stop_reply({here, ProcessExited{0}}, registers, "", Features{}), "W00");
  EXPECT_EQ(stop_reply({here, NothingLeftToRun{}}, registers, "", with({&Features::no_resumed})), "N");
}

// A reply that mixes all that may be agreed still has each key once and ends with ';'.
TEST(StopReply, is_well_formed_for_every_cause_and_every_combination_of_features) {
  const std::vector<StopCause> causes{Quiet{}, SoftwareBreakpointHit{}, HardwareBreakpointHit{}, WatchpointHit{},
                                      StepDone{}, SignalStop{Signal{SIGINT}}, Interrupted{}, Execed{},
                                      Forked{here, false}, Forked{here, true}, SyscallEntry{1}, SyscallReturn{1},
                                      StoppedOnRequest{}, NothingLeftToRun{}};
  for (const auto& cause : causes)
    for (unsigned bits = 0; bits < 32; ++bits) {
      Features features;
      features.multiprocess = bits & 1;
      features.swbreak = bits & 2;
      features.hwbreak = bits & 4;
      features.exec_events = bits & 8;
      features.no_resumed = bits & 16;
      const auto text = reply(cause, features);
      if (text == "N") continue;
      ASSERT_EQ(text.front(), 'T');
      ASSERT_EQ(text.back(), ';');
      const auto fields = std::count(text.begin(), text.end(), ';');
      ASSERT_EQ(std::count(text.begin(), text.end(), ':'), fields) << text;
      ASSERT_EQ(text.find("swbreak") != std::string::npos,
                features.swbreak && std::holds_alternative<SoftwareBreakpointHit>(cause));
      ASSERT_NE(text.find(features.multiprocess ? "thread:p10.11;" : "thread:11;"), std::string::npos);
    }
}

}  // namespace
}  // namespace protocol
