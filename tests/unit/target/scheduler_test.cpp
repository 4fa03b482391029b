// Run control over the fake kernel: what depends on who stops first, and cannot be arranged with real threads.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>

#include "target/inferiors.hpp"
#include "tests/support/fake_kernel/kernel.hpp"

namespace target {
namespace {

using support::by;
using support::data;
using support::FakeEnd;
using support::FakeKernel;
using support::Op;
using support::Program;
using support::text;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Kind = ResumeAction::Kind;

constexpr Signal usr1{SIGUSR1};
constexpr Signal usr2{SIGUSR2};

// A thread that passes text(0) and counts in data(0), for ever.
const Program counts{+Op::Nop, +Op::Store, 0, +Op::Jump, by(-5)};

ResumePlan everything(Signal signal = {}) { return {{{ThreadSelector::all(), {Kind::Continue, signal, {}}}}}; }
ResumePlan only(ThreadId id, Kind kind, Signal signal = {}) {
  return {{{ThreadSelector::one(id), {kind, signal, {}}}}};
}
ResumePlan first_then_all(ThreadId id, ResumeAction action) {
  return {{{ThreadSelector::one(id), action}, {ThreadSelector::all(), {}}}};
}

class SchedulerTest : public testing::Test, public StopListener {
 protected:
  SchedulerTest() {
    inferiors->set_listener(this);
    inferiors->wishes().attended = true;
  }

  void stopped(const StopEvent& event) override { told.push_back(event); }
  void printed(std::string_view text) override { prints += text; }

  Process& attach(const Program& program, std::vector<std::uint64_t> threads = {0}) {
    const auto pid = kernel.start(program, std::move(threads));
    return **inferiors->attach(pid);
  }
  Process& launch(const Program& program) {
    kernel.install(1, program);
    return *inferiors->launch({"/bin/1", {}, {}, "", true, true})->process;
  }
  static ThreadId nth(Process& process, std::size_t n) { return std::next(process.threads().begin(), static_cast<long>(n))->second->id(); }
  Thread& thread(ThreadId id) { return *inferiors->find(id); }
  Address pc(ThreadId id) { return thread(id).registers().pc().value_or(Address{}); }
  void break_at(Process& process, std::uint64_t offset) {
    ASSERT_TRUE(process.space().breakpoints().insert(text(offset)));
  }

  // What has been told by the time that nothing happens any more, or else as soon as something is.
  std::optional<StopEvent> look() {
    for (int round = 0; round < 100 && told.empty(); ++round) inferiors->poll();
    if (told.empty()) return std::nullopt;
    const auto event = told.front();
    told.pop_front();
    return event;
  }
  StopEvent next_stop() {
    const auto event = look();
    EXPECT_TRUE(event) << "nothing was told";
    return event.value_or(StopEvent{});
  }
  StopEvent resume(const ResumePlan& plan) {
    const auto resumed = inferiors->resume(plan);
    EXPECT_TRUE(resumed) << (resumed ? "" : resumed.error().message);
    return next_stop();
  }
  // Past all that other threads have waiting.
  StopEvent next_end() {
    auto event = resume(everything());
    for (int i = 0; i < 10 && !ends_process(event.cause) && !inferiors->empty(); ++i) event = resume(everything());
    return event;
  }
  void expect_nothing_to_run_unseen() {
    for (const auto& [pid, process] : inferiors->processes())
      for (const auto& [tid, thread] : process->threads())
        EXPECT_FALSE(kernel.running(tid)) << tid.value << " runs while all are said to be stopped";
  }

  FakeKernel kernel;
  std::unique_ptr<Inferiors> inferiors = std::move(*Inferiors::create());
  std::deque<StopEvent> told;
  std::string prints;
};

template <class Cause>
Cause as(const StopEvent& event) {
  const auto* cause = std::get_if<Cause>(&event.cause);
  EXPECT_NE(cause, nullptr) << "cause " << event.cause.index();
  return cause != nullptr ? *cause : Cause{};
}

// ---- the kernel itself does what the real one does

TEST_F(SchedulerTest, runs_a_program_to_its_end) {
  auto& process = launch({+Op::Nop, +Op::Store, 3, +Op::ExitGroup, 7});
  const auto pid = process.pid();
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 7);
  EXPECT_EQ(kernel.end_of(pid), (FakeEnd{false, 7}));
  EXPECT_TRUE(inferiors->empty());
}

TEST_F(SchedulerTest, steps_and_reports_each_step) {
  auto& process = launch({+Op::Nop, +Op::Store, 0, +Op::Jump, by(-5)});
  const auto id = nth(process, 0);
  for (const auto offset : {1u, 3u, 0u, 1u}) {
    as<StepDone>(resume(only(id, Kind::Step)));
    EXPECT_EQ(pc(id), text(offset));
  }
}

// ---- breakpoints that several threads reach at once

TEST_F(SchedulerTest, tells_of_breakpoints_hit_at_once_one_after_the_other_before_anything_runs) {
  auto& process = attach(counts, {0, 0, 0});
  break_at(process, 0);
  std::vector<Tid> hit;
  for (int i = 0; i < 3; ++i) {
    const auto event = resume(everything());
    EXPECT_EQ(as<SoftwareBreakpointHit>(event).at, text(0));
    EXPECT_EQ(pc(event.thread), text(0));
    hit.push_back(event.thread.tid);
    EXPECT_EQ(kernel.data_at(process.pid(), 0), 0);
    expect_nothing_to_run_unseen();
  }
  EXPECT_THAT(hit, UnorderedElementsAre(nth(process, 0).tid, nth(process, 1).tid, nth(process, 2).tid));
}

TEST_F(SchedulerTest, lets_no_thread_pass_a_breakpoint_unseen_nor_starve) {
  auto& process = attach(counts, {0, 0, 0, 0});
  break_at(process, 0);
  std::map<Tid, int> hits;
  for (int i = 1; i <= 100; ++i) {
    const auto event = resume(everything());
    as<SoftwareBreakpointHit>(event);
    ++hits[event.thread.tid];
    ASSERT_LE(kernel.data_at(process.pid(), 0), i);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_EQ(hits.size(), 4u);
  for (const auto& [tid, count] : hits) EXPECT_GE(count, 20) << tid.value;
}

TEST_F(SchedulerTest, forgets_waiting_hits_of_a_breakpoint_that_has_been_removed) {
  auto& process = attach(counts, {0, 0});
  break_at(process, 0);
  resume(everything());
  process.space().breakpoints().remove(text(0));
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_GT(kernel.data_at(process.pid(), 0), 1);
  EXPECT_NE(kernel.text_at(process.pid(), 0), +Op::Int3);
}

TEST_F(SchedulerTest, keeps_waiting_hits_of_a_breakpoint_that_is_removed_and_inserted_again) {
  auto& process = attach(counts, {0, 0});
  break_at(process, 0);
  const auto first = resume(everything());
  process.space().breakpoints().remove(text(0));
  break_at(process, 0);
  const auto second = resume(everything());
  as<SoftwareBreakpointHit>(second);
  EXPECT_NE(first.thread, second.thread);
}

TEST_F(SchedulerTest, drops_a_waiting_hit_of_a_thread_that_the_client_has_moved) {
  auto& process = attach(counts, {0, 0});
  break_at(process, 0);
  const auto first = resume(everything());
  const auto other = first.thread == nth(process, 0) ? nth(process, 1) : nth(process, 0);
  ASSERT_TRUE(thread(other).registers().set_pc(text(1)));
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_GE(kernel.data_at(process.pid(), 0), 1);
}

TEST_F(SchedulerTest, keeps_a_waiting_hit_of_a_thread_that_is_not_resumed) {
  auto& process = attach(counts, {0, 0});
  break_at(process, 0);
  const auto first = resume(everything()).thread;
  const auto other = first == nth(process, 0) ? nth(process, 1) : nth(process, 0);
  as<StepDone>(resume(only(first, Kind::Step)));
  const auto event = resume(everything());
  EXPECT_EQ(event.thread, other);
  as<SoftwareBreakpointHit>(event);
}

// ---- stepping over

TEST_F(SchedulerTest, runs_nobody_else_while_a_trap_is_lifted) {
  auto& process = attach(counts, {0, 0, 0});
  break_at(process, 0);
  kernel.instructions_a_turn = 1;
  for (int stop = 0; stop < 30; ++stop) {
    ASSERT_TRUE(inferiors->resume(everything()));
    for (int round = 0; round < 100 && told.empty(); ++round) {
      int running = 0;
      for (const auto& [tid, thread] : process.threads()) running += kernel.running(tid) ? 1 : 0;
      if (kernel.text_at(process.pid(), 0) != +Op::Int3) EXPECT_LE(running, 1);
      inferiors->poll();
    }
    as<SoftwareBreakpointHit>(next_stop());
  }
}

TEST_F(SchedulerTest, sets_the_others_going_when_the_last_step_over_is_done) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-4)}, {0, 4});
  break_at(process, 0);
  EXPECT_EQ(resume(everything()).thread, nth(process, 0));
  const auto before = kernel.data_at(process.pid(), 0);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_TRUE(kernel.running(nth(process, 1).tid));
  EXPECT_NE(kernel.data_at(process.pid(), 0), before);
}

TEST_F(SchedulerTest, sets_the_others_going_when_the_thread_that_steps_over_ends) {
  auto& process = attach({+Op::Nop, +Op::Jump, by(-3), +Op::Exit, 0}, {0, 3});
  const auto stays = nth(process, 0), leaves = nth(process, 1);
  break_at(process, 3);
  EXPECT_EQ(resume(everything()).thread, leaves);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_TRUE(kernel.running(stays.tid));
  EXPECT_EQ(kernel.text_at(process.pid(), 3), +Op::Int3);
}

TEST_F(SchedulerTest, steps_over_without_a_report_and_plants_the_trap_again) {
  auto& process = launch({+Op::Nop, +Op::Nop, +Op::Nop, +Op::ExitGroup, 1});
  break_at(process, 1);
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 1);
}

TEST_F(SchedulerTest, hits_a_breakpoint_again_that_it_has_come_round_to_by_steps) {
  auto& process = attach(counts);
  const auto id = nth(process, 0);
  break_at(process, 0);
  as<SoftwareBreakpointHit>(resume(everything()));
  for (int i = 0; i < 3; ++i) as<StepDone>(resume(only(id, Kind::Step)));
  ASSERT_EQ(pc(id), text(0));
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 1);
}

TEST_F(SchedulerTest, reports_a_breakpoint_right_behind_the_one_it_steps_over) {
  auto& process = launch({+Op::Nop, +Op::Nop, +Op::Nop, +Op::ExitGroup, 1});
  break_at(process, 0);
  break_at(process, 1);
  EXPECT_EQ(as<SoftwareBreakpointHit>(resume(everything())).at, text(0));
  EXPECT_EQ(as<SoftwareBreakpointHit>(resume(everything())).at, text(1));
  as<ProcessExited>(resume(everything()));
}

TEST_F(SchedulerTest, stops_a_step_over_for_an_interrupt_and_makes_it_again) {
  auto& process = attach(counts);
  const auto id = nth(process, 0);
  break_at(process, 0);
  resume(everything());
  kernel.frozen.insert(id.tid);
  ASSERT_TRUE(inferiors->resume(everything()));
  inferiors->interrupt();
  as<Interrupted>(next_stop());
  EXPECT_EQ(pc(id), text(0));
  EXPECT_EQ(kernel.text_at(process.pid(), 0), +Op::Int3);
  kernel.frozen.clear();
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 1);
}

// ---- signals that come while a thread steps over

TEST_F(SchedulerTest, tells_of_a_signal_after_the_step_over_that_it_met) {
  auto& process = attach({+Op::Nop, +Op::Store, 0, +Op::Jump, by(-5), +Op::Store, 1, +Op::SigReturn});
  const auto id = nth(process, 0);
  kernel.set_handler(process.pid(), usr1, 5);
  break_at(process, 0);
  resume(everything());
  kernel.send(id.tid, usr1);
  const auto event = resume(everything());
  EXPECT_EQ(as<SignalStop>(event).signal, usr1);
  EXPECT_EQ(pc(id), text(1));
  siginfo_t info;
  const auto bytes = thread(id).siginfo();
  ASSERT_TRUE(bytes);
  std::memcpy(&info, bytes->data(), sizeof info);
  EXPECT_EQ(info.si_signo, SIGUSR1);
  as<SoftwareBreakpointHit>(resume(everything(usr1)));
  EXPECT_EQ(kernel.data_at(process.pid(), 1), 1);
}

TEST_F(SchedulerTest, passes_a_signal_without_a_word_after_the_step_over_that_it_met) {
  auto& process = attach({+Op::Nop, +Op::Store, 0, +Op::Jump, by(-5), +Op::Store, 1, +Op::SigReturn});
  inferiors->wishes().pass.add(usr1);
  kernel.set_handler(process.pid(), usr1, 5);
  break_at(process, 0);
  resume(everything());
  kernel.send(nth(process, 0).tid, usr1);
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(kernel.data_at(process.pid(), 1), 1);
}

TEST_F(SchedulerTest, loses_none_of_several_signals_that_a_step_over_met) {
  auto& process = attach(counts);
  const auto id = nth(process, 0);
  break_at(process, 0);
  resume(everything());
  kernel.send(id.tid, usr1);
  kernel.send(id.tid, usr2);
  std::vector<int> seen;
  for (int i = 0; i < 2; ++i) seen.push_back(as<SignalStop>(resume(everything())).signal.number);
  EXPECT_THAT(seen, UnorderedElementsAre(SIGUSR1, SIGUSR2));
}

TEST_F(SchedulerTest, loses_no_signal_when_the_step_over_ends_at_a_watchpoint) {
  auto& process = attach({+Op::Store, 0, +Op::Nop, +Op::Jump, by(-5)});
  const auto id = nth(process, 0);
  break_at(process, 0);
  resume(everything());
  ASSERT_TRUE(process.space().watch_slots().watch(WatchKind::Write, {data(0), data(1)}));
  kernel.send(id.tid, usr1);
  as<WatchpointHit>(resume(everything()));
  EXPECT_EQ(as<SignalStop>(resume(everything())).signal, usr1);
}

TEST_F(SchedulerTest, loses_no_signal_when_the_instruction_faults) {
  auto& process = attach({+Op::Fault, +Op::Nop, +Op::Jump, by(-3)});
  const auto id = nth(process, 0);
  kernel.set_handler(process.pid(), Signal{SIGSEGV}, 1);
  break_at(process, 0);
  resume(everything());
  kernel.send(id.tid, usr1);
  EXPECT_EQ(as<SignalStop>(resume(everything())).signal, Signal{SIGSEGV});
  EXPECT_EQ(as<SignalStop>(resume(everything(Signal{SIGSEGV}))).signal, usr1);
}

TEST_F(SchedulerTest, loses_no_signal_when_the_step_over_is_interrupted_and_its_breakpoint_removed) {
  auto& process = attach(counts);
  const auto id = nth(process, 0);
  break_at(process, 0);
  resume(everything());
  kernel.send(id.tid, usr1);
  kernel.frozen.insert(id.tid);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  inferiors->interrupt();
  const auto event = next_stop();
  kernel.frozen.clear();
  process.space().breakpoints().remove(text(0));
  if (std::holds_alternative<SignalStop>(event.cause)) return;
  EXPECT_EQ(as<SignalStop>(resume(everything())).signal, usr1);
}

TEST_F(SchedulerTest, gives_a_detached_program_the_signals_that_a_step_over_met) {
  auto& process = attach({+Op::Nop, +Op::Jump, by(-3), +Op::Store, 1, +Op::SigReturn});
  const auto pid = process.pid();
  const auto id = nth(process, 0);
  kernel.set_handler(pid, usr1, 3);
  break_at(process, 0);
  resume(everything());
  kernel.send(id.tid, usr1);
  kernel.frozen.insert(id.tid);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  inferiors->interrupt();
  next_stop();
  kernel.frozen.clear();
  ASSERT_TRUE(inferiors->detach(pid));
  kernel.run();
  EXPECT_EQ(kernel.data_at(pid, 1), 1);
}

// ---- signals

TEST_F(SchedulerTest, sends_a_signal_that_the_stop_cannot_inject_and_says_nothing_when_it_arrives) {
  auto& process = attach({+Op::Jump, by(-2), +Op::Store, 1, +Op::SigReturn});
  kernel.set_handler(process.pid(), usr1, 2);
  ASSERT_TRUE(inferiors->resume(everything(usr1)));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.data_at(process.pid(), 1), 1);
}

TEST_F(SchedulerTest, keeps_a_signal_for_a_thread_that_another_stop_kept_from_running) {
  auto& process = attach({+Op::Nop, +Op::Jump, by(-2), +Op::Store, 1, +Op::SigReturn}, {0, 0});
  kernel.set_handler(process.pid(), usr1, 3);
  break_at(process, 0);
  const auto first = resume(everything()).thread;
  const auto second = resume(first_then_all(first, {Kind::Continue, usr1, {}}));
  EXPECT_NE(second.thread, first);
  process.space().breakpoints().remove(text(0));
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.data_at(process.pid(), 1), 1);
}

TEST_F(SchedulerTest, delivers_a_passed_signal_that_came_while_all_were_being_stopped) {
  auto& process = attach({+Op::Nop, +Op::Jump, by(-3), +Op::Raise, SIGUSR1, +Op::Jump, by(-2), +Op::Store, 1, +Op::SigReturn},
                         {0, 3});
  inferiors->wishes().pass.add(usr1);
  kernel.set_handler(process.pid(), usr1, 7);
  break_at(process, 0);
  EXPECT_EQ(resume(everything()).thread, nth(process, 0));
  EXPECT_EQ(kernel.data_at(process.pid(), 1), 0);
  process.space().breakpoints().remove(text(0));
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.data_at(process.pid(), 1), 1);
}

// The client's interrupt waits for as long as this takes.
TEST_F(SchedulerTest, looks_up_now_and_then_from_a_storm_of_signals_that_it_passes) {
  auto& process = attach({+Op::Raise, SIGUSR1, +Op::Jump, by(-4), +Op::SigReturn}, {0, 0, 0, 0});
  inferiors->wishes().pass.add(usr1);
  kernel.set_handler(process.pid(), usr1, 4);
  ASSERT_TRUE(inferiors->resume(everything()));
  kernel.busy_looks = 1'000'000;
  inferiors->poll();
  EXPECT_GT(kernel.busy_looks, 0);
  inferiors->interrupt();
  as<Interrupted>(next_stop());
}

TEST_F(SchedulerTest, tells_of_every_thread_that_got_a_signal_at_once) {
  auto& process = attach({+Op::Raise, SIGUSR1, +Op::Jump, by(-2)}, {0, 0});
  const auto first = resume(everything());
  const auto second = resume(everything());
  EXPECT_EQ(as<SignalStop>(first).signal, usr1);
  EXPECT_EQ(as<SignalStop>(second).signal, usr1);
  EXPECT_NE(first.thread, second.thread);
  EXPECT_TRUE(kernel.alive(process.pid()));
}

TEST_F(SchedulerTest, keeps_a_group_stopped_program_stopped_until_it_is_continued) {
  auto& process = attach({+Op::Raise, SIGSTOP, +Op::Store, 0, +Op::Jump, by(-4)}, {0, 2});
  EXPECT_EQ(as<SignalStop>(resume(everything())).signal, Signal{SIGSTOP});
  ASSERT_TRUE(inferiors->resume(first_then_all(nth(process, 0), {Kind::Continue, Signal{SIGSTOP}, {}})));
  EXPECT_FALSE(look());
  const auto count = kernel.data_at(process.pid(), 0);
  kernel.run();
  EXPECT_EQ(kernel.data_at(process.pid(), 0), count);
  inferiors->interrupt();
  as<Interrupted>(next_stop());
  ASSERT_TRUE(inferiors->resume(everything()));
  kernel.signal_process(process.pid(), Signal{SIGCONT});
  EXPECT_EQ(as<SignalStop>(next_stop()).signal, Signal{SIGCONT});
  ASSERT_TRUE(inferiors->resume(everything(Signal{SIGCONT})));
  look();
  EXPECT_NE(kernel.data_at(process.pid(), 0), count);
}

// ---- interrupting

TEST_F(SchedulerTest, interrupts_every_thread_and_tells_of_one) {
  auto& process = attach(counts, {0, 0, 0});
  ASSERT_TRUE(inferiors->resume(everything()));
  inferiors->poll();
  inferiors->interrupt();
  as<Interrupted>(next_stop());
  expect_nothing_to_run_unseen();
  EXPECT_THAT(told, IsEmpty());
  ASSERT_TRUE(inferiors->resume(everything()));
  look();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(kernel.running(nth(process, i).tid));
}

TEST_F(SchedulerTest, tells_of_a_living_thread_when_the_interrupted_one_ended_meanwhile) {
  auto& process = attach({+Op::Jump, by(-2), +Op::Nop, +Op::Nop, +Op::Exit, 0}, {0, 2});
  const auto stays = nth(process, 0), leaves = nth(process, 1);
  kernel.frozen.insert(leaves.tid);
  ASSERT_TRUE(inferiors->resume(only(leaves, Kind::Continue)));
  kernel.frozen.clear();
  kernel.instructions_after_interrupt = 10;
  inferiors->interrupt();
  const auto event = next_stop();
  as<Interrupted>(event);
  EXPECT_EQ(event.thread, stays);
}

TEST_F(SchedulerTest, tells_of_a_living_thread_when_the_leader_ended_meanwhile) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Exit, 0, +Op::Jump, by(-2)}, {0, 4});
  const auto stays = nth(process, 1);
  for (const auto& [tid, thread] : process.threads()) kernel.frozen.insert(tid);
  ASSERT_TRUE(inferiors->resume(everything()));
  kernel.frozen.clear();
  kernel.instructions_after_interrupt = 10;
  inferiors->interrupt();
  const auto event = next_stop();
  as<Interrupted>(event);
  EXPECT_EQ(event.thread, stays);
  EXPECT_TRUE(thread(event.thread).stopped());
}

TEST_F(SchedulerTest, tells_how_the_program_ended_when_it_did_so_before_the_interrupt) {
  attach({+Op::Nop, +Op::Nop, +Op::ExitGroup, 3});
  kernel.instructions_after_interrupt = 10;
  ASSERT_TRUE(inferiors->resume(everything()));
  inferiors->interrupt();
  EXPECT_EQ(as<ProcessExited>(next_stop()).code, 3);
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(SchedulerTest, prefers_a_breakpoint_that_was_hit_before_the_interrupt_and_keeps_what_came_later) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Jump, by(-2)}, {1, 1});
  const auto first = nth(process, 0), second = nth(process, 1);
  break_at(process, 1);
  ASSERT_TRUE(thread(first).registers().set_pc(text(0)));
  // The second thread meets the trap after it has been interrupted: its SIGTRAP waits behind the stop.
  kernel.instructions_after_interrupt = 5;
  kernel.instructions_a_turn = 2;
  kernel.frozen.insert(second.tid);
  ASSERT_TRUE(inferiors->resume(everything()));
  for (int i = 0; i < 10 && told.empty(); ++i) {
    inferiors->poll();
    kernel.frozen.clear();
  }
  const auto one = next_stop();
  as<SoftwareBreakpointHit>(one);
  expect_nothing_to_run_unseen();
  for (const auto& id : {first, second}) EXPECT_NE(pc(id), text(2)) << "stands behind a trap that nobody knows of";
  const auto other = resume(everything());
  as<SoftwareBreakpointHit>(other);
  EXPECT_NE(one.thread, other.thread);
}

TEST_F(SchedulerTest, leaves_no_thread_behind_a_trap_that_it_met_as_it_was_interrupted) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Nop, +Op::Jump, by(-5)}, {0});
  const auto pid = process.pid();
  break_at(process, 1);
  kernel.instructions_after_interrupt = 5;
  kernel.frozen.insert(nth(process, 0).tid);
  ASSERT_TRUE(inferiors->resume(everything()));
  kernel.frozen.clear();
  inferiors->interrupt();
  next_stop();
  ASSERT_TRUE(inferiors->detach(pid));
  kernel.run();
  kernel.run();
  EXPECT_TRUE(kernel.alive(pid));
  EXPECT_EQ(kernel.text_at(pid, 1), +Op::Nop);
}

TEST_F(SchedulerTest, gives_up_on_a_thread_that_no_interrupt_reaches) {
  auto& process = attach(counts, {0, 0});
  ASSERT_TRUE(inferiors->resume(everything()));
  kernel.uninterruptible.insert(nth(process, 1).tid);
  EXPECT_FALSE(inferiors->halt(std::chrono::milliseconds(5)));
  EXPECT_TRUE(thread(nth(process, 0)).stopped());
}

// ---- ends

TEST_F(SchedulerTest, says_that_nothing_is_left_to_run_when_the_only_resumed_thread_ends) {
  auto& process = attach({+Op::Jump, by(-2), +Op::Nop, +Op::Exit, 0}, {0, 2});
  const auto event = resume(only(nth(process, 1), Kind::Continue));
  as<NothingLeftToRun>(event);
  EXPECT_EQ(event.thread, nth(process, 0));
  EXPECT_EQ(process.threads().size(), 1u);
  ASSERT_TRUE(inferiors->resume(everything()));
  look();
  EXPECT_TRUE(kernel.running(nth(process, 0).tid));
}

TEST_F(SchedulerTest, controls_threads_whose_leader_has_ended) {
  auto& process = attach({+Op::Exit, 9, +Op::Nop, +Op::Jump, by(-3)}, {0, 2, 2});
  const auto pid = process.pid();
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  inferiors->interrupt();
  const auto event = next_stop();
  as<Interrupted>(event);
  EXPECT_NE(event.thread.tid, leader_of(pid));
  expect_nothing_to_run_unseen();
  break_at(process, 2);
  as<SoftwareBreakpointHit>(resume(everything()));
  kernel.kill(pid);
  EXPECT_EQ(as<ProcessKilled>(next_end()).signal, Signal{SIGKILL});
}

TEST_F(SchedulerTest, reports_the_leaders_code_when_its_last_thread_has_ended) {
  attach({+Op::Exit, 9, +Op::Nop, +Op::Exit, 0}, {0, 2});
  const auto event = resume(everything());
  EXPECT_EQ(as<ProcessExited>(event).code, 9);
  EXPECT_TRUE(inferiors->empty());
}

TEST_F(SchedulerTest, hears_of_a_program_that_is_killed_while_its_threads_are_being_stopped) {
  auto& process = attach(counts, {0, 0});
  const auto pid = process.pid();
  break_at(process, 0);
  kernel.frozen.insert(nth(process, 1).tid);
  kernel.uninterruptible.insert(nth(process, 1).tid);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  kernel.kill(pid);
  // The hit may be told of first: it was chosen before.
  auto event = next_stop();
  if (!ends_process(event.cause)) event = resume(everything());
  EXPECT_EQ(as<ProcessKilled>(event).signal, Signal{SIGKILL});
  EXPECT_TRUE(inferiors->empty());
  EXPECT_TRUE(inferiors->halted());
}

TEST_F(SchedulerTest, tells_of_one_program_at_a_time_when_two_end_at_once) {
  const auto first = attach({+Op::ExitGroup, 1}).pid();
  const auto second = attach({+Op::ExitGroup, 2}).pid();
  const auto one = resume(everything());
  const auto other = resume(everything());
  EXPECT_THAT((std::vector{one.thread.pid, other.thread.pid}), UnorderedElementsAre(first, second));
  EXPECT_TRUE(inferiors->empty());
}

TEST_F(SchedulerTest, holds_one_program_still_while_another_runs) {
  auto& held = attach(counts);
  auto& runs = attach({+Op::Nop, +Op::Store, 0, +Op::Nop, +Op::Jump, by(-6)});
  break_at(runs, 3);
  const auto event = resume({{{ThreadSelector::whole(runs.pid()), {}}}});
  EXPECT_EQ(event.thread.pid, runs.pid());
  EXPECT_EQ(kernel.data_at(held.pid(), 0), 0);
  EXPECT_EQ(kernel.data_at(runs.pid(), 0), 1);
}

TEST_F(SchedulerTest, kills_one_program_and_keeps_the_other) {
  const auto first = attach(counts, {0, 0, 0}).pid();
  const auto second = attach(counts).pid();
  ASSERT_TRUE(inferiors->kill(first));
  EXPECT_EQ(kernel.end_of(first), (FakeEnd{true, SIGKILL}));
  EXPECT_EQ(inferiors->processes().size(), 1u);
  ASSERT_TRUE(inferiors->resume(everything()));
  look();
  EXPECT_TRUE(kernel.running(leader_of(second)));
}

TEST_F(SchedulerTest, kills_a_program_while_it_runs) {
  const auto pid = attach(counts, {0, 0, 0}).pid();
  ASSERT_TRUE(inferiors->resume(everything()));
  ASSERT_TRUE(inferiors->kill(pid));
  EXPECT_TRUE(inferiors->empty());
  EXPECT_TRUE(inferiors->halted());
  EXPECT_FALSE(kernel.alive(pid));
}

// ---- letting go

TEST_F(SchedulerTest, gives_a_detached_program_every_signal_it_would_have_had) {
  auto& process = attach({+Op::Raise, SIGUSR1, +Op::Jump, by(-2), +Op::Store, 1, +Op::SigReturn}, {0, 0, 0});
  const auto pid = process.pid();
  kernel.set_handler(pid, usr1, 4);
  as<SignalStop>(resume(everything()));
  ASSERT_TRUE(inferiors->detach(pid));
  kernel.run();
  EXPECT_EQ(kernel.data_at(pid, 1), 3);
}

// gdb ends a call in the program with such a fault, and puts the registers back.
TEST_F(SchedulerTest, keeps_a_fault_from_a_detached_program_that_was_moved_away_from_it) {
  auto& process = attach({+Op::Nop, +Op::Fault, +Op::Store, 0, +Op::Jump, by(-4)});
  const auto pid = process.pid();
  const auto id = nth(process, 0);
  as<SignalStop>(resume(everything()));
  ASSERT_TRUE(thread(id).registers().set_pc(text(2)));
  ASSERT_TRUE(inferiors->detach(pid));
  kernel.run();
  ASSERT_TRUE(kernel.alive(pid));
  EXPECT_GT(kernel.data_at(pid, 0), 0);
}

TEST_F(SchedulerTest, leaves_a_detached_program_to_the_fault_that_it_stands_at) {
  auto& process = attach({+Op::Nop, +Op::Fault, +Op::Exit, 0});
  const auto pid = process.pid();
  as<SignalStop>(resume(everything()));
  ASSERT_TRUE(inferiors->detach(pid));
  kernel.run();
  EXPECT_EQ(kernel.end_of(pid), (support::FakeEnd{true, SIGSEGV}));
}

TEST_F(SchedulerTest, detaches_from_a_thread_that_was_to_get_a_signal_elsewhere_than_at_one) {
  auto& process = attach({+Op::Nop, +Op::Jump, by(-3), +Op::Store, 1, +Op::SigReturn}, {0, 0});
  const auto pid = process.pid();
  kernel.set_handler(pid, usr1, 3);
  break_at(process, 0);
  const auto first = resume(everything()).thread;
  resume(first_then_all(first, {Kind::Continue, usr1, {}}));
  ASSERT_TRUE(inferiors->detach(pid));
  kernel.run();
  EXPECT_EQ(kernel.data_at(pid, 1), 1);
  EXPECT_TRUE(kernel.alive(pid));
}

TEST_F(SchedulerTest, leaves_a_detached_program_as_it_would_be_without_us) {
  auto& process = attach(counts, {0, 0});
  const auto pid = process.pid();
  break_at(process, 0);
  ASSERT_TRUE(process.space().watch_slots().watch(WatchKind::Write, {data(0), data(1)}));
  resume(everything());
  ASSERT_TRUE(inferiors->detach(pid));
  EXPECT_EQ(kernel.text_at(pid, 0), +Op::Nop);
  for (const Tid tid : kernel.tasks_of(pid)) {
    EXPECT_FALSE(kernel.traced(tid));
    EXPECT_TRUE(kernel.running(tid));
    EXPECT_EQ(kernel.task(tid)->debug[7], 0u);
  }
  for (int i = 0; i < 5; ++i) kernel.run();
  EXPECT_TRUE(kernel.alive(pid));
}

TEST_F(SchedulerTest, detaches_while_the_program_runs) {
  auto& process = attach(counts, {0, 0});
  const auto pid = process.pid();
  break_at(process, 3);
  ASSERT_TRUE(inferiors->resume(everything()));
  ASSERT_TRUE(inferiors->detach(pid));
  for (int i = 0; i < 5; ++i) kernel.run();
  EXPECT_TRUE(kernel.alive(pid));
  EXPECT_EQ(kernel.text_at(pid, 3), +Op::Jump);
}

TEST_F(SchedulerTest, lets_an_attached_program_go_on_unattended_past_breakpoints_and_signals) {
  auto& process = attach({+Op::Nop, +Op::Raise, SIGUSR1, +Op::Jump, by(-2), +Op::Store, 1, +Op::SigReturn}, {0, 0});
  const auto pid = process.pid();
  kernel.set_handler(pid, usr1, 5);
  break_at(process, 0);
  resume(everything());
  inferiors->leave_unattended();
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.data_at(pid, 1), 2);
  EXPECT_EQ(kernel.text_at(pid, 0), +Op::Nop);
}

// ---- births

class Births : public SchedulerTest, public testing::WithParamInterface<bool> {
 protected:
  Births() { kernel.newborn_first = GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(OrderOfStops, Births, testing::Bool(),
                         [](const auto& order) { return order.param ? "newborn_first" : "parent_first"; });

TEST_P(Births, sets_a_new_thread_going_under_control) {
  auto& process = attach({+Op::Clone, 4, +Op::Jump, by(-2), +Op::Nop, +Op::Store, 0, +Op::Jump, by(-2)});
  break_at(process, 4);
  const auto event = resume(everything());
  EXPECT_EQ(as<SoftwareBreakpointHit>(event).at, text(4));
  EXPECT_NE(event.thread, nth(process, 0));
  EXPECT_EQ(process.threads().size(), 2u);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 1);
}

TEST_P(Births, holds_a_new_thread_that_the_resume_was_not_for) {
  auto& process = attach({+Op::Clone, 4, +Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-2)});
  const auto parent = nth(process, 0);
  ASSERT_TRUE(inferiors->resume(only(parent, Kind::Continue)));
  EXPECT_FALSE(look());
  EXPECT_EQ(process.threads().size(), 2u);
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 0);
  inferiors->interrupt();
  next_stop();
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 1);
}

TEST_P(Births, stops_a_thread_that_is_born_while_all_are_being_stopped) {
  auto& process = attach({+Op::Nop, +Op::Jump, by(-3), +Op::Clone, 7, +Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-2)},
                         {0, 3});
  break_at(process, 0);
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(process.threads().size(), 3u);
  expect_nothing_to_run_unseen();
  process.space().breakpoints().remove(text(0));
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 1);
}

TEST_P(Births, sets_a_thread_going_that_is_born_while_another_program_is_killed) {
  auto& dies = attach(counts);
  auto& lives = attach({+Op::Clone, 4, +Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-2)});
  ASSERT_TRUE(inferiors->resume(everything()));
  kernel.run();
  ASSERT_TRUE(inferiors->kill(dies.pid()));
  EXPECT_FALSE(look());
  EXPECT_EQ(lives.threads().size(), 2u);
  EXPECT_EQ(kernel.data_at(lives.pid(), 0), 1);
  inferiors->interrupt();
  as<Interrupted>(next_stop());
  expect_nothing_to_run_unseen();
}

TEST_P(Births, lets_the_child_of_a_fork_go_without_traps) {
  //                     0          1 jump if child -> 5    3 parent loops
  auto& process = attach({+Op::Fork, +Op::JumpIfZero, by(2), +Op::Jump, by(-2), +Op::Nop, +Op::ExitGroup, 7});
  break_at(process, 5);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_EQ(inferiors->processes().size(), 1u);
  const Pid child{process.pid().value + 1};
  EXPECT_EQ(kernel.end_of(child), (FakeEnd{false, 7}));
  EXPECT_EQ(kernel.text_at(process.pid(), 5), +Op::Int3);
}

TEST_P(Births, keeps_traps_out_of_the_memory_that_a_vfork_child_runs_in) {
  auto& process = attach({+Op::Vfork, +Op::JumpIfZero, by(4), +Op::Nop, +Op::Nop, +Op::Jump, by(-2), +Op::Nop, +Op::ExitGroup, 7});
  break_at(process, 7);
  break_at(process, 4);
  EXPECT_EQ(as<SoftwareBreakpointHit>(resume(everything())).at, text(4));
  EXPECT_EQ(kernel.end_of(Pid{process.pid().value + 1}), (FakeEnd{false, 7}));
  EXPECT_EQ(kernel.text_at(process.pid(), 7), +Op::Int3);
}

TEST_P(Births, tells_of_a_fork_and_holds_the_child_if_asked) {
  inferiors->wishes().fork_events = true;
  auto& process = attach({+Op::Fork, +Op::JumpIfZero, by(2), +Op::Jump, by(-2), +Op::Nop, +Op::ExitGroup, 7});
  break_at(process, 5);
  const auto forked = as<Forked>(resume(everything()));
  EXPECT_FALSE(forked.shares_memory);
  auto* child = inferiors->find(forked.child.pid);
  ASSERT_NE(child, nullptr);
  expect_nothing_to_run_unseen();
  // It has inherited the traps, and is stopped by them.
  const auto event = resume(everything());
  EXPECT_EQ(event.thread, forked.child);
  EXPECT_EQ(as<SoftwareBreakpointHit>(event).at, text(5));
  child->space().breakpoints().remove(text(5));
  const auto end = resume(everything());
  EXPECT_EQ(end.thread.pid, forked.child.pid);
  EXPECT_EQ(as<ProcessExited>(end).code, 7);
}

TEST_P(Births, detaches_the_child_of_a_fork_that_it_told_of) {
  inferiors->wishes().fork_events = true;
  auto& process = attach({+Op::Fork, +Op::JumpIfZero, by(2), +Op::Jump, by(-2), +Op::Nop, +Op::ExitGroup, 7});
  break_at(process, 5);
  const auto child = as<Forked>(resume(everything())).child.pid;
  ASSERT_TRUE(inferiors->detach(child));
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.end_of(child), (FakeEnd{false, 7}));
  EXPECT_EQ(kernel.text_at(process.pid(), 5), +Op::Int3);
}

TEST_P(Births, detaches_the_parent_of_a_fork_that_it_told_of) {
  inferiors->wishes().fork_events = true;
  auto& process = attach({+Op::Fork, +Op::JumpIfZero, by(3), +Op::Nop, +Op::Jump, by(-3), +Op::Nop, +Op::ExitGroup, 7});
  const auto parent = process.pid();
  break_at(process, 3);
  const auto child = as<Forked>(resume(everything())).child.pid;
  ASSERT_TRUE(inferiors->detach(parent));
  kernel.run();
  EXPECT_TRUE(kernel.alive(parent));
  const auto event = resume(everything());
  EXPECT_EQ(event.thread.pid, child);
  EXPECT_EQ(as<ProcessExited>(event).code, 7);
}

TEST_P(Births, tells_of_a_vfork_and_of_its_end_if_asked) {
  inferiors->wishes().vfork_events = true;
  auto& process = attach({+Op::Vfork, +Op::JumpIfZero, by(2), +Op::Jump, by(-2), +Op::Nop, +Op::ExitGroup, 7});
  const auto parent = process.pid();
  const auto forked = as<Forked>(resume(everything()));
  EXPECT_TRUE(forked.shares_memory);
  ASSERT_TRUE(inferiors->detach(forked.child.pid));
  const auto event = resume(everything());
  as<VforkDone>(event);
  EXPECT_EQ(event.thread.pid, parent);
  EXPECT_EQ(kernel.end_of(forked.child.pid), (FakeEnd{false, 7}));
}

// gdb with detach-on-fork takes its breakpoints out, lets the child go, and puts them back at the end.
TEST_P(Births, brings_the_traps_back_when_a_detached_vfork_child_has_gone) {
  inferiors->wishes().vfork_events = true;
  auto& process = attach({+Op::Vfork, +Op::JumpIfZero, by(3), +Op::Nop, +Op::Jump, by(-3), +Op::Nop, +Op::ExitGroup, 7});
  break_at(process, 3);
  break_at(process, 6);
  const auto child = as<Forked>(resume(everything())).child.pid;
  ASSERT_TRUE(inferiors->detach(child));
  as<VforkDone>(resume(everything()));
  EXPECT_EQ(kernel.end_of(child), (FakeEnd{false, 7}));
  EXPECT_EQ(as<SoftwareBreakpointHit>(resume(everything())).at, text(3));
}

// ---- exec

TEST_F(SchedulerTest, forgets_everything_of_the_old_program_when_another_thread_execs) {
  kernel.install(2, {+Op::Nop, +Op::ExitGroup, 5});
  inferiors->wishes().exec_events = true;
  auto& process = attach({+Op::Nop, +Op::Jump, by(-3), +Op::Exec, 2}, {0, 0, 3});
  break_at(process, 0);
  const auto pid = process.pid();
  kernel.frozen.insert(nth(process, 2).tid);
  as<SoftwareBreakpointHit>(resume(everything()));
  kernel.frozen.clear();
  const auto event = resume(only(nth(process, 2), Kind::Continue));
  as<Execed>(event);
  EXPECT_EQ(event.thread, (ThreadId{pid, leader_of(pid)}));
  EXPECT_EQ(process.threads().size(), 1u);
  EXPECT_EQ(process.executable(), "/bin/2");
  EXPECT_FALSE(process.space().breakpoints().any_planted());
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 5);
}

TEST_F(SchedulerTest, goes_on_after_an_exec_that_nobody_wants_to_hear_of) {
  kernel.install(2, {+Op::Nop, +Op::ExitGroup, 5});
  attach({+Op::Jump, by(-2), +Op::Exec, 2}, {0, 2});
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 5);
}

TEST_F(SchedulerTest, sends_a_signal_at_an_exec_which_can_inject_none) {
  kernel.install(2, {+Op::Jump, by(-2)});
  inferiors->wishes().exec_events = true;
  auto& process = attach({+Op::Jump, by(-2), +Op::Raise, SIGUSR2, +Op::Exec, 2}, {0, 2});
  EXPECT_EQ(as<SignalStop>(resume(everything())).signal, usr2);
  as<Execed>(resume(everything()));
  EXPECT_EQ(process.threads().size(), 1u);
  EXPECT_EQ(as<ProcessKilled>(resume(everything(usr1))).signal, usr1);
}

TEST_F(SchedulerTest, brings_no_signal_of_the_old_program_into_the_new_one) {
  kernel.install(2, {+Op::Nop, +Op::ExitGroup, 5});
  inferiors->wishes().exec_events = true;
  // The leader is to get a signal, and has not run since, when another thread execs.
  auto& process = attach({+Op::Raise, SIGUSR1, +Op::Jump, by(-2), +Op::Nop, +Op::Exec, 2}, {0, 5});
  const auto leader = nth(process, 0), other = nth(process, 1);
  kernel.frozen.insert(other.tid);
  EXPECT_EQ(resume(everything()).thread, leader);
  kernel.frozen.clear();
  as<Execed>(resume(only(other, Kind::Continue)));
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 5);
}

// ---- stepping and others

TEST_F(SchedulerTest, steps_one_thread_while_the_others_run) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Jump, by(-4), +Op::Store, 0, +Op::Jump, by(-4)}, {0, 4});
  const auto id = nth(process, 0);
  const auto event = resume(first_then_all(id, {Kind::Step, {}, {}}));
  as<StepDone>(event);
  EXPECT_EQ(event.thread, id);
  EXPECT_EQ(pc(id), text(1));
  expect_nothing_to_run_unseen();
}

TEST_F(SchedulerTest, keeps_the_hit_of_another_thread_that_came_with_a_step) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Jump, by(-4)}, {0, 1});
  const auto steps = nth(process, 0), hits = nth(process, 1);
  break_at(process, 1);
  const auto first = resume(first_then_all(steps, {Kind::Step, {}, {}}));
  if (first.thread == steps) {
    as<StepDone>(first);
    const auto second = resume(everything());
    EXPECT_EQ(second.thread, hits);
    as<SoftwareBreakpointHit>(second);
  } else {
    as<SoftwareBreakpointHit>(first);
  }
}

TEST_F(SchedulerTest, steps_inside_a_range_until_it_is_left) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Nop, +Op::Nop, +Op::Jump, by(-2)});
  const auto id = nth(process, 0);
  const auto event = resume({{{ThreadSelector::one(id), {Kind::StepRange, {}, {text(0), text(3)}}}}});
  as<StepDone>(event);
  EXPECT_EQ(pc(id), text(3));
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(SchedulerTest, stops_inside_a_range_for_breakpoints_signals_and_interrupts) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Raise, SIGUSR1, +Op::Nop, +Op::Jump, by(-7)});
  const auto id = nth(process, 0);
  const ResumePlan range{{{ThreadSelector::one(id), {Kind::StepRange, {}, {text(0), text(7)}}}}};
  break_at(process, 1);
  EXPECT_EQ(as<SoftwareBreakpointHit>(resume(range)).at, text(1));
  EXPECT_EQ(as<SignalStop>(resume(range)).signal, usr1);
  process.space().breakpoints().remove(text(1));
  kernel.frozen.insert(id.tid);
  ASSERT_TRUE(inferiors->resume(range));
  inferiors->interrupt();
  as<Interrupted>(next_stop());
}

TEST_F(SchedulerTest, starts_a_range_step_on_a_breakpoint_that_was_told_of) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Nop, +Op::Jump, by(-2)});
  const auto id = nth(process, 0);
  break_at(process, 0);
  as<SoftwareBreakpointHit>(resume(everything()));
  as<StepDone>(resume({{{ThreadSelector::one(id), {Kind::StepRange, {}, {text(0), text(2)}}}}}));
  EXPECT_EQ(pc(id), text(2));
  EXPECT_EQ(kernel.text_at(process.pid(), 0), +Op::Int3);
}

// ---- debug registers

TEST_F(SchedulerTest, puts_the_debug_registers_into_threads_that_are_born_later) {
  auto& process = attach({+Op::Clone, 4, +Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-2)});
  ASSERT_TRUE(process.space().watch_slots().watch(WatchKind::Write, {data(0), data(1)}));
  const auto event = resume(everything());
  EXPECT_EQ(as<WatchpointHit>(event).at, data(0));
  EXPECT_NE(event.thread, nth(process, 0));
}

TEST_F(SchedulerTest, stops_at_a_hardware_breakpoint_once_a_pass) {
  auto& process = attach(counts);
  ASSERT_TRUE(process.space().watch_slots().break_at(text(0)));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(as<HardwareBreakpointHit>(resume(everything())).at, text(0));
    EXPECT_EQ(kernel.data_at(process.pid(), 0), i);
  }
  process.space().watch_slots().unbreak(text(0));
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
}

// ---- system calls

TEST_F(SchedulerTest, tells_of_entry_and_return_of_the_system_calls_that_are_caught) {
  auto& process = attach({+Op::Syscall, 1, +Op::Syscall, 39, +Op::Jump, by(-2)});
  process.syscalls = SyscallFilter::only({39});
  EXPECT_EQ(as<SyscallEntry>(resume(everything())).number, 39);
  EXPECT_EQ(as<SyscallReturn>(resume(everything())).number, 39);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
}

TEST_F(SchedulerTest, tells_entry_from_return_in_each_thread) {
  auto& process = attach({+Op::Syscall, 39, +Op::Jump, by(-2)}, {0, 0});
  process.syscalls = SyscallFilter::all();
  std::map<Tid, std::vector<bool>> entries;
  for (int i = 0; i < 4; ++i) {
    const auto event = resume(everything());
    entries[event.thread.tid].push_back(std::holds_alternative<SyscallEntry>(event.cause));
  }
  for (const auto& [tid, order] : entries) EXPECT_EQ(order, (std::vector{true, false})) << tid.value;
}

// ---- registers

TEST_F(SchedulerTest, runs_a_thread_although_the_kernel_refuses_its_registers) {
  auto& process = attach({+Op::Nop, +Op::ExitGroup, 2});
  auto& registers = thread(nth(process, 0)).registers();
  for (const auto& spec : registers.layout().registers)
    if (spec.name == "cs") (void)registers.write(spec, std::vector<std::byte>(spec.bytes()));
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 2);
}

// ---- non-stop

class NonStop : public SchedulerTest {
 protected:
  Process& attach(const Program& program, std::vector<std::uint64_t> threads = {0}) {
    auto& process = SchedulerTest::attach(program, std::move(threads));
    inferiors->set_mode(run_control::Mode::NonStop);
    return process;
  }
  void go(const ResumePlan& plan) {
    const auto resumed = inferiors->resume(plan);
    EXPECT_TRUE(resumed) << (resumed ? "" : resumed.error().message);
  }
  // Until nothing new is told for a while.
  std::vector<StopEvent> all_told() {
    std::vector<StopEvent> events;
    while (const auto event = look()) {
      events.push_back(*event);
      inferiors->heard(*event);
    }
    return events;
  }
};

TEST_F(NonStop, tells_of_each_stop_while_the_others_run) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-4)}, {0, 4});
  break_at(process, 1);
  go(everything());
  const auto events = all_told();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].thread, nth(process, 0));
  as<SoftwareBreakpointHit>(events[0]);
  EXPECT_TRUE(kernel.running(nth(process, 1).tid));
  const auto count = kernel.data_at(process.pid(), 0);
  inferiors->poll();
  EXPECT_NE(kernel.data_at(process.pid(), 0), count);
}

TEST_F(NonStop, stops_one_thread_that_it_is_asked_to_stop) {
  auto& process = attach(counts, {0, 0});
  go(everything());
  inferiors->poll();
  go(only(nth(process, 1), Kind::Stop));
  const auto events = all_told();
  ASSERT_EQ(events.size(), 1u);
  as<StoppedOnRequest>(events[0]);
  EXPECT_EQ(events[0].thread, nth(process, 1));
  EXPECT_TRUE(kernel.running(nth(process, 0).tid));
  // A second request to a thread that stands already is no news.
  go(only(nth(process, 1), Kind::Stop));
  EXPECT_THAT(all_told(), IsEmpty());
}

TEST_F(NonStop, has_nothing_to_do_for_a_stop_of_what_has_ended) {
  auto& process = attach({+Op::ExitGroup, 0});
  const auto id = nth(process, 0);
  go(everything());
  ASSERT_EQ(all_told().size(), 1u);
  EXPECT_TRUE(inferiors->resume(only(id, Kind::Stop)));
  EXPECT_FALSE(inferiors->resume(only(id, Kind::Continue)));
}

TEST_F(NonStop, steps_one_thread_while_another_runs) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Jump, by(-4), +Op::Store, 0, +Op::Jump, by(-4)}, {0, 4});
  go(only(nth(process, 1), Kind::Continue));
  go(only(nth(process, 0), Kind::Step));
  const auto events = all_told();
  ASSERT_EQ(events.size(), 1u);
  as<StepDone>(events[0]);
  EXPECT_EQ(pc(nth(process, 0)), text(1));
  EXPECT_TRUE(kernel.running(nth(process, 1).tid));
}

TEST_F(NonStop, steps_over_a_breakpoint_with_the_others_held_and_sets_them_going_without_a_word) {
  auto& process = attach({+Op::Nop, +Op::Nop, +Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-4)}, {0, 4});
  break_at(process, 0);
  go(everything());
  ASSERT_EQ(all_told().size(), 1u);
  go(only(nth(process, 0), Kind::Continue));
  EXPECT_THAT(all_told(), IsEmpty());
  EXPECT_EQ(kernel.text_at(process.pid(), 0), +Op::Int3);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(kernel.running(nth(process, i).tid));
}

TEST_F(NonStop, plants_a_trap_again_although_another_thread_was_resumed_during_the_step_over) {
  auto& process = attach(counts, {0, 3});
  const auto first = nth(process, 0), second = nth(process, 1);
  break_at(process, 0);
  go(only(first, Kind::Continue));
  ASSERT_EQ(all_told().size(), 1u);
  kernel.frozen.insert(first.tid);
  go(only(first, Kind::Continue));
  inferiors->poll();
  go(only(second, Kind::Continue));
  inferiors->poll();
  kernel.frozen.clear();
  const auto events = all_told();
  EXPECT_EQ(kernel.text_at(process.pid(), 0), +Op::Int3);
  std::vector<ThreadId> hit;
  for (const auto& event : events) hit.push_back(event.thread);
  EXPECT_THAT(hit, UnorderedElementsAre(first, second));
}

TEST_F(NonStop, misses_no_pass_of_any_thread) {
  auto& process = attach(counts, {0, 0, 0});
  break_at(process, 0);
  std::map<Tid, int> hits;
  go(everything());
  for (int i = 1; i <= 60; ++i) {
    const auto event = look();
    ASSERT_TRUE(event) << "after " << i << " stops";
    as<SoftwareBreakpointHit>(*event);
    inferiors->heard(*event);
    ++hits[event->thread.tid];
    ASSERT_LE(kernel.data_at(process.pid(), 0), i);
    go(only(event->thread, Kind::Continue));
  }
  EXPECT_EQ(hits.size(), 3u);
}

TEST_F(NonStop, plants_a_new_breakpoint_under_running_threads) {
  auto& process = attach(counts, {0, 0});
  go(everything());
  inferiors->poll();
  break_at(process, 0);
  inferiors->points_changed(process);
  EXPECT_EQ(all_told().size(), 2u);
}

TEST_F(NonStop, takes_a_new_watchpoint_to_running_threads) {
  auto& process = attach(counts);
  go(everything());
  inferiors->poll();
  ASSERT_TRUE(process.space().watch_slots().watch(WatchKind::Write, {data(0), data(1)}));
  inferiors->points_changed(process);
  const auto events = all_told();
  ASSERT_EQ(events.size(), 1u);
  as<WatchpointHit>(events[0]);
}

TEST_F(NonStop, sets_new_threads_going) {
  auto& process = attach({+Op::Clone, 4, +Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-2)});
  go(only(nth(process, 0), Kind::Continue));
  EXPECT_THAT(all_told(), IsEmpty());
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 1);
}

TEST_F(NonStop, tells_of_the_end_of_a_program) {
  const auto pid = attach({+Op::Jump, by(-2), +Op::Nop, +Op::ExitGroup, 7}, {0, 2}).pid();
  go(everything());
  const auto events = all_told();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(as<ProcessExited>(events[0]).code, 7);
  EXPECT_EQ(events[0].thread.pid, pid);
  EXPECT_TRUE(inferiors->empty());
}

TEST_F(NonStop, does_not_resume_a_thread_whose_stop_the_client_has_not_heard_of) {
  auto& process = attach(counts, {0, 0});
  break_at(process, 0);
  go(everything());
  const auto first = next_stop();
  for (int i = 0; i < 20; ++i) inferiors->poll();
  inferiors->heard(first);
  const auto other = first.thread == nth(process, 0) ? nth(process, 1) : nth(process, 0);
  go(everything());
  EXPECT_EQ(pc(other), text(0));
  EXPECT_FALSE(kernel.running(other.tid));
}

TEST_F(NonStop, halts_everything_as_it_ends) {
  auto& process = attach(counts, {0, 0});
  go(everything());
  inferiors->poll();
  inferiors->set_mode(run_control::Mode::AllStop);
  expect_nothing_to_run_unseen();
  EXPECT_TRUE(inferiors->halted());
  break_at(process, 0);
  as<SoftwareBreakpointHit>(resume(everything()));
}

TEST_F(NonStop, detaches_from_a_running_program) {
  auto& process = attach(counts, {0, 0});
  const auto pid = process.pid();
  break_at(process, 3);
  go(everything());
  ASSERT_TRUE(inferiors->detach(pid));
  for (int i = 0; i < 5; ++i) kernel.run();
  EXPECT_TRUE(kernel.alive(pid));
  EXPECT_EQ(kernel.text_at(pid, 3), +Op::Jump);
  for (const Tid tid : kernel.tasks_of(pid)) EXPECT_FALSE(kernel.traced(tid));
}

// ---- attaching

TEST_F(SchedulerTest, attaches_to_a_program_whose_leader_has_ended) {
  const auto pid = kernel.start({+Op::Exit, 0, +Op::Nop, +Op::ExitGroup, 4}, {0, 2});
  for (const Tid tid : kernel.tasks_of(pid))
    if (tid != leader_of(pid)) kernel.frozen.insert(tid);
  kernel.run();
  kernel.frozen.clear();
  const auto attached = inferiors->attach(pid);
  ASSERT_TRUE(attached) << attached.error().message;
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 4);
  EXPECT_TRUE(inferiors->empty());
}

TEST_F(SchedulerTest, kills_a_program_whose_leader_had_ended_before_and_waits_for_nobody) {
  const auto pid = kernel.start({+Op::Exit, 0, +Op::Jump, by(-2)}, {0, 2});
  kernel.run();
  ASSERT_TRUE(inferiors->attach(pid));
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(inferiors->kill(pid));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_TRUE(inferiors->empty());
  EXPECT_FALSE(kernel.alive(pid));
}

// ---- conditions and commands

constexpr std::uint8_t end = 0x27;
const HitCode::Expression never{0x22, 0, end};
// VALUE - 1 < data(0)
HitCode::Expression counted(int value) {
  return {0x22, static_cast<std::uint8_t>(value - 1), 0x24, 0x00, 0x40, 0x40, 0x00, 0x17, 0x15, end};
}

TEST_F(SchedulerTest, passes_every_thread_over_a_breakpoint_whose_condition_does_not_hold) {
  auto& process = attach(counts, {0, 0, 0});
  ASSERT_TRUE(process.space().breakpoints().insert(text(0), {{never}, {}, false}));
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_GT(kernel.data_at(process.pid(), 0), 3);
  // Where they take turns it comes and goes.
  if (!kernel.filters_system_calls) EXPECT_EQ(kernel.text_at(process.pid(), 0), +Op::Int3);
  inferiors->interrupt();
  as<Interrupted>(next_stop());
  expect_nothing_to_run_unseen();
  for (const auto& [tid, thread] : process.threads()) EXPECT_LT(pc(thread->id()), text(5)) << "not at home";
}

TEST_F(SchedulerTest, stops_when_one_of_the_conditions_holds) {
  auto& process = attach(counts, {0, 0});
  ASSERT_TRUE(process.space().breakpoints().insert(text(0), {{never, counted(5)}, {}, false}));
  const auto event = resume(everything());
  EXPECT_EQ(as<SoftwareBreakpointHit>(event).at, text(0));
  EXPECT_GE(kernel.data_at(process.pid(), 0), 5);
  EXPECT_EQ(pc(event.thread), text(0));
}

TEST_F(SchedulerTest, takes_the_conditions_of_the_last_insertion) {
  auto& process = attach(counts);
  auto& breakpoints = process.space().breakpoints();
  ASSERT_TRUE(breakpoints.insert(text(0), {{never}, {}, false}));
  ASSERT_TRUE(breakpoints.insert(text(0), {{counted(2)}, {}, false}));
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 2);
  ASSERT_TRUE(breakpoints.insert(text(0)));
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 3);
}

TEST_F(SchedulerTest, stops_where_a_condition_cannot_be_evaluated) {
  auto& process = attach(counts);
  ASSERT_TRUE(process.space().breakpoints().insert(text(0), {{{0x22, 0, 0x17, end}}, {}, false}));
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 0);
}

TEST_F(SchedulerTest, evaluates_once_a_visit_also_while_another_thread_is_being_reported) {
  // The second thread meets a plain breakpoint in the same turn as the first one a condition that prints.
  auto& process = attach({+Op::Nop, +Op::Store, 0, +Op::Exit, 0, +Op::Nop, +Op::Jump, by(-3)}, {0, 5});
  const HitCode::Expression print{0x22, 0, 0x22, 0, 0x34, 0, 0, 2, 'x', 0, end};
  ASSERT_TRUE(process.space().breakpoints().insert(text(0), {{}, {print}, false}));
  break_at(process, 5);
  as<SoftwareBreakpointHit>(resume(everything()));
  break_at(process, 5);
  as<SoftwareBreakpointHit>(resume(everything()));
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(prints, "x");
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 1);
}

TEST_F(SchedulerTest, meets_a_branch_to_itself_again_and_again) {
  auto& process = attach({+Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-4)}, {0, 2});
  ASSERT_TRUE(process.space().breakpoints().insert(text(0), {{counted(9)}, {}, false}));
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_GE(kernel.data_at(process.pid(), 0), 9);
}

TEST_F(SchedulerTest, goes_on_behind_a_trap_of_the_programs_own) {
  auto& process = attach({+Op::Int3, +Op::Store, 0, +Op::Jump, by(-5)}, {0, 0});
  ASSERT_TRUE(process.space().breakpoints().insert(text(0), {{counted(6)}, {}, false}));
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_GE(kernel.data_at(process.pid(), 0), 6);
}

TEST_F(SchedulerTest, holds_conditions_of_hardware_breakpoints_and_watchpoints_too) {
  auto& process = attach(counts);
  auto& slots = process.space().watch_slots();
  ASSERT_TRUE(slots.break_at(text(0), {{counted(3)}, {}, false}));
  as<HardwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 3);
  ASSERT_TRUE(slots.unbreak(text(0)));
  ASSERT_TRUE(slots.watch(WatchKind::Write, {data(0), data(1)}, {{counted(7)}, {}, false}));
  as<WatchpointHit>(resume(everything()));
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 7);
}

TEST_F(SchedulerTest, goes_on_printing_unattended_if_it_is_told_to) {
  auto& process = attach(counts);
  const HitCode::Expression print{0x22, 0, 0x22, 0, 0x34, 0, 0, 2, 'x', 0, end};
  ASSERT_TRUE(process.space().breakpoints().insert(text(0), {{}, {print}, true}));
  ASSERT_TRUE(process.space().breakpoints().insert(text(1), {{}, {print}, false}));
  inferiors->wishes().attended = false;
  inferiors->leave_unattended();
  EXPECT_FALSE(look());
  EXPECT_NE(prints, "");
  EXPECT_EQ(kernel.text_at(process.pid(), 0), +Op::Int3);
  EXPECT_EQ(kernel.text_at(process.pid(), 1), +Op::Store);
}

TEST_F(SchedulerTest, leaves_no_page_of_its_own_behind) {
  auto& process = attach(counts, {0, 0});
  const auto pid = process.pid();
  const auto pages = kernel.process(pid)->pages->ranges().size();
  ASSERT_TRUE(process.space().breakpoints().insert(text(0), {{never}, {}, false}));
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.process(pid)->pages->ranges().size(), pages + (kernel.filters_system_calls ? 0 : 1));
  inferiors->interrupt();
  next_stop();
  ASSERT_TRUE(inferiors->detach(pid));
  EXPECT_EQ(kernel.process(pid)->pages->ranges().size(), pages);
  const auto count = kernel.data_at(pid, 0);
  kernel.run();
  EXPECT_NE(kernel.data_at(pid, 0), count);
}

TEST_F(SchedulerTest, gives_turns_where_an_instruction_cannot_be_copied) {
  auto& process = attach({+Op::Clone, 4, +Op::Jump, by(-4), +Op::Store, 0, +Op::Exit, 0}, {0, 2});
  ASSERT_TRUE(process.space().breakpoints().insert(text(0), {{counted(6)}, {}, false}));
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_GE(kernel.data_at(process.pid(), 0), 6);
}

// ---- births and ends of threads

TEST_F(SchedulerTest, tells_of_births_and_ends_to_those_who_ask) {
  auto& process = attach({+Op::Clone, 4, +Op::Jump, by(-2), +Op::Exit, 3});
  inferiors->wishes().thread_events = true;
  const auto born = resume(everything());
  as<ThreadCreated>(born);
  EXPECT_EQ(born.thread, nth(process, 1));
  EXPECT_EQ(pc(born.thread), text(4));
  expect_nothing_to_run_unseen();
  const auto gone = resume(everything());
  EXPECT_EQ(as<ThreadExited>(gone).code, 3);
  EXPECT_EQ(gone.thread, born.thread);
  EXPECT_EQ(process.threads().size(), 1u);
  inferiors->wishes().thread_events = false;
}

TEST_F(SchedulerTest, holds_a_clone_until_its_client_lets_it_run) {
  auto& process = attach({+Op::Clone, 4, +Op::Jump, by(-2), +Op::Store, 0, +Op::Jump, by(-4)});
  const auto parent = nth(process, 0);
  thread(parent).options.clones = true;
  const auto event = resume(everything());
  const auto child = as<Cloned>(event).child;
  EXPECT_EQ(event.thread, parent);
  ASSERT_TRUE(inferiors->resume(only(parent, Kind::Continue)));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.data_at(process.pid(), 0), 0);
  inferiors->interrupt();
  next_stop();
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_TRUE(kernel.running(child.tid));
  EXPECT_GT(kernel.data_at(process.pid(), 0), 0);
}

TEST_F(SchedulerTest, attaches_to_a_program_that_job_control_has_stopped) {
  const auto pid = kernel.start(counts, {0, 0});
  kernel.send(leader_of(pid), Signal{SIGSTOP});
  kernel.run();
  auto& process = **inferiors->attach(pid);
  const auto count = kernel.data_at(pid, 0);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(look());
  EXPECT_EQ(kernel.data_at(pid, 0), count) << "it ran although nobody continued it";
  inferiors->interrupt();
  next_stop();
  ASSERT_TRUE(inferiors->detach(process.pid()));
  kernel.run();
  EXPECT_EQ(kernel.data_at(pid, 0), count);
  (void)kernel.signal_process(pid, Signal{SIGCONT});
  kernel.run();
  EXPECT_NE(kernel.data_at(pid, 0), count);
}

// Linux ends some calls with EINTR for a stop alone (signal(7)); what else ends them with it is the program's to see.
TEST_F(SchedulerTest, a_system_call_that_our_stop_ended_is_made_again) {
  constexpr auto interrupted = static_cast<std::uint64_t>(-EINTR);
  const auto after_being_attached_to = [&](std::uint64_t number, std::uint64_t result) {
    const auto pid = kernel.start({+Op::Pause});
    auto& registers = kernel.task(Tid{pid.value})->registers;
    registers.cs = 0x33;
    registers.orig_rax = number;
    registers.rax = result;
    EXPECT_TRUE(inferiors->attach(pid));
    EXPECT_TRUE(inferiors->detach(pid));
    return registers.rax;
  };
  EXPECT_EQ(after_being_attached_to(SYS_epoll_wait, interrupted), static_cast<std::uint64_t>(-514));
  EXPECT_EQ(after_being_attached_to(SYS_epoll_wait, 0), 0u);
  EXPECT_EQ(after_being_attached_to(SYS_close, interrupted), interrupted);
  EXPECT_EQ(after_being_attached_to(static_cast<std::uint64_t>(-1), interrupted), interrupted);
}

// The kernel wakes a traced thread for signals that the program ignores. A stop by job control ends the call without
// us too.
TEST_F(SchedulerTest, a_system_call_that_a_signal_without_effect_ended_is_made_again) {
  constexpr auto interrupted = static_cast<std::uint64_t>(-EINTR), again = static_cast<std::uint64_t>(-514);
  for (const int number : {SIGCHLD, SIGWINCH, SIGTSTP}) inferiors->wishes().pass.add(Signal{number});
  const auto after = [&](Signal signal, bool discarded) {
    auto& process = attach({+Op::Pause});
    const auto id = nth(process, 0);
    EXPECT_TRUE(inferiors->resume(everything()));
    kernel.run();
    auto& registers = kernel.task(id.tid)->registers;
    registers.cs = 0x33;
    registers.orig_rax = SYS_epoll_wait;
    registers.rax = interrupted;
    kernel.send(id.tid, signal);
    if (discarded) {
      as<SignalStop>(next_stop());
      EXPECT_TRUE(inferiors->resume(everything()));
    }
    EXPECT_FALSE(look());
    const auto result = registers.rax;
    kernel.kill(process.pid());
    as<ProcessKilled>(next_stop());
    return result;
  };
  EXPECT_EQ(after(Signal{SIGCHLD}, false), again);
  EXPECT_EQ(after(Signal{SIGWINCH}, false), again);
  EXPECT_EQ(after(usr1, true), again);
  EXPECT_EQ(after(Signal{SIGSTOP}, true), again);
  EXPECT_EQ(after(Signal{SIGTSTP}, false), interrupted);
}

TEST_F(SchedulerTest, a_system_call_that_a_signal_ended_is_made_again_by_a_program_that_is_let_go) {
  auto& process = attach({+Op::Pause});
  const auto id = nth(process, 0);
  ASSERT_TRUE(inferiors->resume(everything()));
  kernel.run();
  auto& registers = kernel.task(id.tid)->registers;
  registers.cs = 0x33;
  registers.orig_rax = SYS_epoll_wait;
  registers.rax = static_cast<std::uint64_t>(-EINTR);
  kernel.send(id.tid, Signal{SIGCHLD});
  as<SignalStop>(next_stop());
  ASSERT_TRUE(inferiors->detach(process.pid()));
  EXPECT_EQ(registers.rax, static_cast<std::uint64_t>(-514));
}

}  // namespace
}  // namespace target
