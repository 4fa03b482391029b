// What a stop means, as a table of facts.

#include "target/stops/classify.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace target::stops {
namespace {

using linux::ChildEvent;
using linux::PtraceEvent;

constexpr Address pc{0x401001};

StopFacts stop(int signal, PtraceEvent event = PtraceEvent::None) {
  StopFacts facts;
  facts.event = {.tid = Tid{7}, .kind = ChildEvent::Kind::Stopped, .signal = Signal{signal}, .event = event};
  facts.pc = pc;
  return facts;
}

StopFacts trap(int code) {
  auto facts = stop(SIGTRAP);
  facts.trap_code = code;
  return facts;
}

template <class Expected>
Expected expect(const StopFacts& facts) {
  const auto meaning = classify(facts);
  if constexpr (std::is_constructible_v<StopCause, Expected>) {
    const auto* cause = std::get_if<StopCause>(&meaning);
    EXPECT_TRUE(cause != nullptr && std::holds_alternative<Expected>(*cause));
    return cause != nullptr && std::holds_alternative<Expected>(*cause) ? std::get<Expected>(*cause) : Expected{};
  } else {
    EXPECT_TRUE(std::holds_alternative<Expected>(meaning));
    return std::holds_alternative<Expected>(meaning) ? std::get<Expected>(meaning) : Expected{};
  }
}

// ---- ptrace events

TEST(Classify, takes_the_stops_of_ptrace_for_its_own) {
  expect<Attention>(stop(SIGTRAP, PtraceEvent::Stop));
}

TEST(Classify, tells_a_group_stop_from_a_requested_one_by_the_signal) {
  for (const int signal : {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU})
    EXPECT_EQ(expect<GroupStop>(stop(signal, PtraceEvent::Stop)).signal, Signal{signal});
}

TEST(Classify, reads_the_new_tasks_id_from_the_message) {
  auto clone = stop(SIGTRAP, PtraceEvent::Clone);
  clone.message = 42;
  EXPECT_EQ(expect<ThreadBorn>(clone).tid, Tid{42});

  auto fork = stop(SIGTRAP, PtraceEvent::Fork);
  fork.message = 43;
  EXPECT_EQ(expect<ProcessBorn>(fork).pid, Pid{43});
  EXPECT_FALSE(expect<ProcessBorn>(fork).shares_memory);

  auto vfork = stop(SIGTRAP, PtraceEvent::Vfork);
  vfork.message = 44;
  EXPECT_EQ(expect<ProcessBorn>(vfork).pid, Pid{44});
  EXPECT_TRUE(expect<ProcessBorn>(vfork).shares_memory);

  auto exec = stop(SIGTRAP, PtraceEvent::Exec);
  exec.message = 45;
  EXPECT_EQ(expect<ImageReplaced>(exec).former, Tid{45});

  expect<VforkEnded>(stop(SIGTRAP, PtraceEvent::VforkDone));
}

// ---- system calls

TEST(Classify, tells_the_entry_to_a_system_call_from_the_return) {
  auto facts = stop(SIGTRAP | 0x80);
  facts.at_syscall = facts.syscall_entry = true;
  facts.syscall.number = 39;
  EXPECT_EQ(expect<SyscallEntry>(facts).number, 39);
  facts.syscall_entry = false;
  EXPECT_EQ(expect<SyscallReturn>(facts).number, 39);
}

// ---- signals

TEST(Classify, reports_any_other_signal_as_such) {
  for (const int signal : {SIGINT, SIGSEGV, SIGSTOP, SIGCONT, 64})
    EXPECT_EQ(expect<SignalStop>(stop(signal)).signal, Signal{signal});
}

// Facts about traps say nothing of another signal that came while they were true.
TEST(Classify, minds_no_trap_when_the_signal_is_none) {
  auto facts = stop(SIGUSR1);
  facts.stepping = true;
  facts.trap_behind_pc = true;
  facts.debug_register_hit = WatchpointHit{Address{1}, WatchKind::Write};
  EXPECT_EQ(expect<SignalStop>(facts).signal, Signal{SIGUSR1});
}

// ---- traps

TEST(Classify, finds_our_breakpoint_one_byte_behind_the_pc) {
  auto facts = trap(SI_KERNEL);
  facts.trap_behind_pc = true;
  EXPECT_EQ(expect<SoftwareBreakpointHit>(facts).at, pc - 1);
}

TEST(Classify, leaves_the_programs_own_trap_to_it_unless_the_client_claims_it) {
  auto facts = trap(SI_KERNEL);
  EXPECT_EQ(expect<SignalStop>(facts).signal, Signal{SIGTRAP});
  facts.claims_foreign_traps = true;
  EXPECT_EQ(expect<SoftwareBreakpointHit>(facts).at, pc - 1);
}

TEST(Classify, takes_a_trap_that_was_sent_for_a_signal_whatever_else_is_true) {
  for (const int code : {SI_USER, SI_TKILL, SI_QUEUE}) {
    auto facts = trap(code);
    facts.trap_behind_pc = facts.stepping = facts.claims_foreign_traps = true;
    facts.debug_register_hit = WatchpointHit{};
    EXPECT_EQ(expect<SignalStop>(facts).signal, Signal{SIGTRAP}) << code;
  }
}

TEST(Classify, finds_a_finished_step_with_each_code_the_kernel_uses) {
  // TRAP_TRACE: plain. TRAP_BRKPT: over a system call. SIGTRAP: into a signal handler.
  for (const int code : {int{TRAP_TRACE}, int{TRAP_BRKPT}, SIGTRAP}) {
    auto facts = trap(code);
    facts.stepping = true;
    expect<StepDone>(facts);
  }
}

TEST(Classify, takes_a_step_trap_of_a_thread_that_did_not_step_for_a_signal) {
  EXPECT_EQ(expect<SignalStop>(trap(TRAP_TRACE)).signal, Signal{SIGTRAP});
}

TEST(Classify, prefers_what_a_debug_register_saw_to_a_finished_step) {
  auto facts = trap(TRAP_HWBKPT);
  facts.stepping = true;
  facts.debug_register_hit = WatchpointHit{Address{0x601040}, WatchKind::Access};
  EXPECT_EQ(expect<WatchpointHit>(facts).at, Address{0x601040});
  EXPECT_EQ(expect<WatchpointHit>(facts).kind, WatchKind::Access);
}

TEST(Classify, prefers_our_breakpoint_to_a_debug_register) {
  auto facts = trap(SI_KERNEL);
  facts.trap_behind_pc = facts.stepping = true;
  facts.debug_register_hit = WatchpointHit{};
  expect<SoftwareBreakpointHit>(facts);
}

// After an instruction that ends right behind a planted trap it has not run: only int3 itself says it has.
TEST(Classify, takes_no_step_for_a_breakpoint_because_a_trap_lies_behind_the_pc) {
  auto facts = trap(TRAP_TRACE);
  facts.stepping = facts.trap_behind_pc = true;
  expect<StepDone>(facts);
}

}  // namespace
}  // namespace target::stops
