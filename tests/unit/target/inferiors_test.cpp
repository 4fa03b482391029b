// Whole processes, under control from launch or attach to their end.

#include "target/inferiors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>
#include <deque>
#include <thread>

#include "tests/support/traced_child.hpp"

namespace target {
namespace {

using support::Bell;
using support::ForkedChild;
using support::Shared;
using testing::HasSubstr;
using Kind = ResumeAction::Kind;

// Where breakpoints go. The child has it at the same place as we do.
__attribute__((noinline)) void marked(volatile int& counter) {
  counter = counter + 1;
}
Address marked_address() { return {reinterpret_cast<std::uint64_t>(&marked)}; }

ResumePlan everything(Signal signal = {}) { return {{{ThreadSelector::all(), {Kind::Continue, signal, {}}}}}; }
ResumePlan step(ThreadId id, Signal signal = {}) { return {{{ThreadSelector::one(id), {Kind::Step, signal, {}}}}}; }

class Stops : public StopListener {
 public:
  void stopped(const StopEvent& event) override { events.push_back(event); }
  void printed(std::string_view) override {}
  std::deque<StopEvent> events;
};

class InferiorsTest : public testing::Test {
 protected:
  InferiorsTest() {
    inferiors->set_listener(&stops);
    inferiors->wishes().attended = true;
  }
  ~InferiorsTest() override { inferiors->let_go_of_all(); }

  // Quiet if nothing happens for long.
  StopEvent next_stop() {
    while (stops.events.empty()) {
      pollfd wake{inferiors->descriptor(), POLLIN, 0};
      if (poll(&wake, 1, 5'000) <= 0) {
        ADD_FAILURE() << "nothing happened";
        return {{}, Quiet{}};
      }
      inferiors->collect();
    }
    const auto event = stops.events.front();
    stops.events.pop_front();
    return event;
  }
  StopEvent resume(const ResumePlan& plan) {
    const auto resumed = inferiors->resume(plan);
    EXPECT_TRUE(resumed) << (resumed ? "" : resumed.error().message);
    return next_stop();
  }
  Process& attach(const ForkedChild& child) {
    const auto attached = inferiors->attach(child.pid());
    if (!attached) throw std::runtime_error(attached.error().message);
    return **attached;
  }
  Process& launch(const std::string& script) {
    LaunchSpec spec{"/bin/sh", {"-c", script}, {"PATH=/usr/bin:/bin"}, "", true};
    const auto launched = inferiors->launch(spec);
    if (!launched) throw std::runtime_error(launched.error().message);
    return *launched->process;
  }
  // For children of ours that were let go: an inferior that ends under control is reaped by it.
  void expect_exit(const StopEvent& event, ForkedChild& child, int code) {
    child.has_ended();
    const auto* exited = std::get_if<ProcessExited>(&event.cause);
    ASSERT_NE(exited, nullptr) << "cause " << event.cause.index();
    EXPECT_EQ(exited->code, code);
  }
  Address pc_of(Thread& thread) { return thread.registers().pc().value_or(Address{}); }

  std::unique_ptr<Inferiors> inferiors = std::move(*Inferiors::create());
  Stops stops;
};

template <class Cause>
const Cause& as(const StopEvent& event) {
  EXPECT_TRUE(std::holds_alternative<Cause>(event.cause)) << "cause " << event.cause.index();
  static const Cause otherwise{};
  const auto* cause = std::get_if<Cause>(&event.cause);
  return cause != nullptr ? *cause : otherwise;
}

// ---- launching

TEST_F(InferiorsTest, runs_a_launched_program_to_its_end) {
  auto& process = launch("exit 7");
  EXPECT_EQ(process.origin(), Origin::Launched);
  EXPECT_EQ(process.threads().size(), 1u);
  EXPECT_TRUE(process.leader()->stopped());
  EXPECT_TRUE(inferiors->halted());
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 7);
  EXPECT_TRUE(inferiors->empty());
  EXPECT_TRUE(inferiors->halted());
}

TEST_F(InferiorsTest, tells_which_signal_killed_a_program) {
  launch("kill -9 $$");
  EXPECT_EQ(as<ProcessKilled>(resume(everything())).signal, Signal{SIGKILL});
}

TEST_F(InferiorsTest, keeps_nothing_of_a_program_that_could_not_be_started) {
  const auto launched = inferiors->launch({"/no/such/program", {}, {}, "", true, true});
  ASSERT_FALSE(launched);
  EXPECT_EQ(launched.error().code, ENOENT);
  EXPECT_TRUE(inferiors->empty());
}

TEST_F(InferiorsTest, kills_what_it_launched) {
  const auto pid = launch("sleep 1000").pid();
  ASSERT_TRUE(inferiors->kill(pid));
  EXPECT_TRUE(inferiors->empty());
  EXPECT_EQ(inferiors->find(pid), nullptr);
  EXPECT_EQ(::kill(pid.value, 0), -1);
  EXPECT_EQ(inferiors->kill(pid).error().code, ESRCH);
}

TEST_F(InferiorsTest, controls_several_programs_at_once) {
  const auto first = launch("exit 1").pid();
  const auto second = launch("exit 2").pid();
  const auto one = resume(everything());
  const auto other = resume(everything());
  EXPECT_NE(one.thread.pid, other.thread.pid);
  for (const auto& event : {one, other})
    EXPECT_EQ(as<ProcessExited>(event).code, event.thread.pid == first ? 1 : 2) << second.value;
  EXPECT_TRUE(inferiors->empty());
}

// ---- attaching and letting go

TEST_F(InferiorsTest, stops_every_thread_of_what_it_attaches_to_and_lets_it_go_unharmed) {
  Bell ready, end;
  ForkedChild child([&] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
      threads.emplace_back([&] {
        ready.ring();
        end.await();
      });
    for (auto& thread : threads) thread.join();
    return 9;
  });
  for (int i = 0; i < 3; ++i) ready.await();
  auto& process = attach(child);
  EXPECT_EQ(process.threads().size(), 4u);
  for (const auto& [tid, thread] : process.threads()) EXPECT_TRUE(thread->stopped()) << tid.value;
  ASSERT_TRUE(inferiors->detach(child.pid()));
  EXPECT_TRUE(inferiors->empty());
  for (int i = 0; i < 3; ++i) end.ring();
  EXPECT_EQ(child.wait_for_end(), 9);
}

TEST_F(InferiorsTest, attaches_twice_to_the_same_process_but_not_at_once) {
  Bell end;
  ForkedChild child([&] { return end.await() ? 9 : 1; });
  attach(child);
  EXPECT_EQ(inferiors->attach(child.pid()).error().code, EBUSY);
  ASSERT_TRUE(inferiors->detach(child.pid()));
  attach(child);
  ASSERT_TRUE(inferiors->detach(child.pid()));
  EXPECT_EQ(inferiors->detach(child.pid()).error().code, ESRCH);
  end.ring();
  EXPECT_EQ(child.wait_for_end(), 9);
}

TEST_F(InferiorsTest, says_why_it_cannot_attach) {
  EXPECT_THAT(inferiors->attach(Pid{0x7ffffffe}).error().message, HasSubstr("there is none"));

  Bell ready, end;
  Shared<int> other;
  ForkedChild child([&] {
    std::thread thread([&] {
      *other = gettid();
      ready.ring();
      end.await();
    });
    thread.join();
    return 0;
  });
  ready.await();
  EXPECT_THAT(inferiors->attach(Pid{*other}).error().message, HasSubstr("it is a thread of process"));
  end.ring();

  // Still to be reaped by us.
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(child.pid().value), &info, WEXITED | WNOWAIT);
  EXPECT_THAT(inferiors->attach(child.pid()).error().message, HasSubstr("has exited already"));

  support::TracedChild traced([] { return 0; });
  const auto refused = inferiors->attach(traced.pid());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("already traced by process " + std::to_string(getpid())));
  EXPECT_TRUE(inferiors->empty());
}

TEST_F(InferiorsTest, kills_what_it_launched_and_frees_what_it_attached_to_in_the_end) {
  Bell end;
  ForkedChild child([&] { return end.await() ? 9 : 1; });
  attach(child);
  const auto launched = launch("sleep 1000").pid();
  inferiors->let_go_of_all();
  EXPECT_TRUE(inferiors->empty());
  EXPECT_EQ(::kill(launched.value, 0), -1);
  end.ring();
  EXPECT_EQ(child.wait_for_end(), 9);
}

// ---- interrupting

TEST_F(InferiorsTest, interrupts_a_busy_program) {
  Shared<int> stop;
  ForkedChild child([&] {
    while (*stop == 0) {
    }
    return 4;
  });
  auto& process = attach(child);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_FALSE(inferiors->halted());
  inferiors->interrupt();
  const auto event = next_stop();
  as<Interrupted>(event);
  EXPECT_EQ(event.thread, child.id());
  EXPECT_TRUE(process.leader()->stopped());
  *stop = 1;
  expect_exit(resume(everything()), child, 4);
}

TEST_F(InferiorsTest, does_not_interrupt_what_stands_still) {
  launch("exit 0");
  inferiors->interrupt();
  EXPECT_TRUE(stops.events.empty());
  EXPECT_TRUE(inferiors->halted());
}

TEST_F(InferiorsTest, refuses_to_resume_what_runs_and_what_is_not_there) {
  auto& process = launch("read line");
  const ThreadId stranger{process.pid(), Tid{1}};
  EXPECT_EQ(inferiors->resume(step(stranger)).error().code, ESRCH);
  EXPECT_EQ(inferiors->resume(step({Pid{1}, Tid{1}})).error().code, ESRCH);
  EXPECT_EQ(inferiors->resume({}).error().code, EINVAL);
  ASSERT_TRUE(inferiors->resume(everything()));
  EXPECT_EQ(inferiors->resume(everything()).error().code, EBUSY);
}

// ---- signals

int raises_and_counts(int signal) {
  static volatile int handled = 0;
  std::signal(signal, [](int) { handled = handled + 1; });
  raise(signal);
  return handled;
}

TEST_F(InferiorsTest, reports_a_signal_and_delivers_it_only_if_told_to) {
  for (const bool delivered : {false, true}) {
    Bell go;
    ForkedChild child([&] { return go.await() ? raises_and_counts(SIGUSR1) : 99; });
    attach(child);
    go.ring();
    EXPECT_EQ(as<SignalStop>(resume(everything())).signal, Signal{SIGUSR1});
    expect_exit(resume(everything(delivered ? Signal{SIGUSR1} : Signal{})), child, delivered ? 1 : 0);
  }
}

TEST_F(InferiorsTest, delivers_another_signal_than_the_one_it_reported) {
  Bell go;
  ForkedChild child([&] {
    go.await();
    std::signal(SIGUSR2, [](int) { _exit(22); });
    raise(SIGUSR1);
    return 0;
  });
  attach(child);
  go.ring();
  EXPECT_EQ(as<SignalStop>(resume(everything())).signal, Signal{SIGUSR1});
  expect_exit(resume(everything(Signal{SIGUSR2})), child, 22);
}

TEST_F(InferiorsTest, delivers_a_signal_to_a_program_that_stands_at_no_signal) {
  Bell go;
  ForkedChild child([&] {
    std::signal(SIGUSR2, [](int) { _exit(22); });
    return go.await() ? 0 : 1;
  });
  attach(child);
  go.ring();
  // The handler may not be set yet: first past that.
  expect_exit(resume(everything()), child, 0);

  Bell ready;
  ForkedChild other([&] {
    std::signal(SIGUSR2, [](int) { _exit(22); });
    ready.ring();
    return pause();
  });
  ready.await();
  attach(other);
  expect_exit(resume(everything(Signal{SIGUSR2})), other, 22);
}

TEST_F(InferiorsTest, passes_signals_without_a_word) {
  inferiors->wishes().pass.add(Signal{SIGUSR1});
  Bell go;
  ForkedChild child([&] { return go.await() ? raises_and_counts(SIGUSR1) : 99; });
  attach(child);
  go.ring();
  expect_exit(resume(everything()), child, 1);
}

TEST_F(InferiorsTest, gives_a_detached_program_the_signal_that_a_client_saw) {
  for (const bool passed : {true, false}) {
    if (passed)
      inferiors->set_program_signals(SignalSet::every());
    else
      inferiors->set_program_signals({});
    Bell go;
    ForkedChild child([&] { return go.await() ? raises_and_counts(SIGUSR1) : 99; });
    attach(child);
    go.ring();
    as<SignalStop>(resume(everything()));
    ASSERT_TRUE(inferiors->detach(child.pid()));
    EXPECT_EQ(child.wait_for_end(), passed ? 1 : 0);
  }
}

TEST_F(InferiorsTest, keeps_a_job_control_stop_and_ends_it_with_sigcont) {
  Bell go;
  ForkedChild child([&] {
    go.await();
    raise(SIGSTOP);
    return 6;
  });
  attach(child);
  go.ring();
  EXPECT_EQ(as<SignalStop>(resume(everything())).signal, Signal{SIGSTOP});
  ASSERT_TRUE(inferiors->resume(everything(Signal{SIGSTOP})));
  ASSERT_EQ(::kill(child.pid().value, SIGCONT), 0);
  EXPECT_EQ(as<SignalStop>(next_stop()).signal, Signal{SIGCONT});
  expect_exit(resume(everything(Signal{SIGCONT})), child, 6);
}

// ---- stepping

TEST_F(InferiorsTest, steps_one_instruction_at_a_time) {
  ForkedChild child([] {
    volatile int spin = 0;
    while (true) spin = spin + 1;
    return 0;
  });
  auto& process = attach(child);
  Address last = pc_of(*process.leader());
  for (int i = 0; i < 30; ++i) {
    const auto event = resume(step(child.id()));
    as<StepDone>(event);
    EXPECT_NE(pc_of(*process.leader()), last);
    last = pc_of(*process.leader());
  }
}

TEST_F(InferiorsTest, leaves_the_others_alone_when_one_thread_steps) {
  Bell ready, end;
  Shared<int> stepper, counter;
  ForkedChild child([&] {
    *stepper = gettid();
    std::thread other([&] {
      ready.ring();
      while (true) *counter = *counter + 1;
    });
    volatile int spin = 0;
    while (true) spin = spin + 1;
    return 0;
  });
  ready.await();
  auto& process = attach(child);
  const int before = *counter;
  for (int i = 0; i < 20; ++i) as<StepDone>(resume(step({child.pid(), Tid{*stepper}})));
  EXPECT_EQ(*counter, before);
  for (const auto& [tid, thread] : process.threads()) EXPECT_TRUE(thread->stopped());
}

TEST_F(InferiorsTest, steps_through_a_range_without_stopping_in_it) {
  Bell go;
  Shared<int> counter;
  ForkedChild child([&] {
    go.await();
    for (int i = 0; i < 5; ++i) marked(*counter);
    return *counter;
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  go.ring();
  as<SoftwareBreakpointHit>(resume(everything()));
  ASSERT_TRUE(process.space().breakpoints().remove(marked_address()));
  // The whole function and no more than it.
  const AddressRange range{marked_address(), marked_address() + 2};
  const auto event = resume({{{ThreadSelector::one(child.id()), {Kind::StepRange, {}, range}}}});
  as<StepDone>(event);
  EXPECT_FALSE(range.contains(pc_of(*process.leader())));
  expect_exit(resume(everything()), child, 5);
}

// ---- breakpoints

TEST_F(InferiorsTest, stops_at_a_breakpoint_each_time_it_is_reached) {
  Bell go;
  Shared<int> counter;
  ForkedChild child([&] {
    go.await();
    for (int i = 0; i < 4; ++i) marked(*counter);
    return *counter;
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  go.ring();
  for (int i = 0; i < 4; ++i) {
    const auto event = resume(everything());
    EXPECT_EQ(as<SoftwareBreakpointHit>(event).at, marked_address());
    EXPECT_EQ(pc_of(*process.leader()), marked_address());
    EXPECT_EQ(*counter, i);
  }
  expect_exit(resume(everything()), child, 4);
}

TEST_F(InferiorsTest, forgets_a_breakpoint_that_is_removed_where_a_thread_stands) {
  Bell go;
  Shared<int> counter;
  ForkedChild child([&] {
    go.await();
    for (int i = 0; i < 3; ++i) marked(*counter);
    return *counter;
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  go.ring();
  as<SoftwareBreakpointHit>(resume(everything()));
  process.space().breakpoints().remove(marked_address());
  expect_exit(resume(everything()), child, 3);
}

TEST_F(InferiorsTest, steps_off_a_breakpoint) {
  Bell go;
  Shared<int> counter;
  ForkedChild child([&] {
    go.await();
    marked(*counter);
    return *counter;
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  go.ring();
  as<SoftwareBreakpointHit>(resume(everything()));
  as<StepDone>(resume(step(child.id())));
  EXPECT_NE(pc_of(*process.leader()), marked_address());
  expect_exit(resume(everything()), child, 1);
}

TEST_F(InferiorsTest, misses_no_call_of_any_thread) {
  constexpr int threads = 4, calls = 25;
  Bell ready, go;
  Shared<std::array<int, threads>> counters;
  ForkedChild child([&] {
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t)
      all.emplace_back([&, t] {
        ready.ring();
        go.await();
        auto& mine = const_cast<std::array<int, threads>&>(*counters)[static_cast<std::size_t>(t)];
        for (int i = 0; i < calls; ++i) marked(mine);
      });
    for (auto& thread : all) thread.join();
    int sum = 0;
    for (const int count : const_cast<std::array<int, threads>&>(*counters)) sum += count;
    return sum;
  });
  for (int t = 0; t < threads; ++t) ready.await();
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  for (int t = 0; t < threads; ++t) go.ring();
  int hits = 0;
  StopEvent event;
  for (event = resume(everything()); std::holds_alternative<SoftwareBreakpointHit>(event.cause); ++hits) {
    // As gdb does at every stop.
    process.space().breakpoints().remove(marked_address());
    ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
    event = resume(everything());
  }
  EXPECT_EQ(hits, threads * calls);
  expect_exit(event, child, threads * calls);
}

TEST_F(InferiorsTest, leaves_no_trap_in_a_program_that_it_lets_go) {
  Bell go;
  Shared<int> counter;
  ForkedChild child([&] {
    go.await();
    for (int i = 0; i < 3; ++i) marked(*counter);
    return *counter;
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  go.ring();
  as<SoftwareBreakpointHit>(resume(everything()));
  ASSERT_TRUE(inferiors->detach(child.pid()));
  EXPECT_EQ(child.wait_for_end(), 3);
}

TEST_F(InferiorsTest, reports_the_programs_own_trap_as_a_signal_or_as_a_breakpoint) {
  for (const bool claimed : {false, true}) {
    inferiors->set_claims_foreign_traps(claimed);
    Bell go;
    ForkedChild child([&] {
      go.await();
      asm volatile("int3");
      return 8;
    });
    auto& process = attach(child);
    go.ring();
    const auto event = resume(everything());
    if (claimed) {
      EXPECT_EQ(as<SoftwareBreakpointHit>(event).at, pc_of(*process.leader()));
      ASSERT_TRUE(process.leader()->registers().set_pc(pc_of(*process.leader()) + 1));
    } else {
      EXPECT_EQ(as<SignalStop>(event).signal, Signal{SIGTRAP});
    }
    expect_exit(resume(everything()), child, 8);
  }
}

// ---- debug registers

TEST_F(InferiorsTest, stops_behind_a_write_to_what_is_watched_in_every_thread) {
  Bell ready, go;
  Shared<std::uint64_t> watched;
  ForkedChild child([&] {
    std::thread early([&] {
      ready.ring();
      go.await();
      *watched = 1;
    });
    early.join();
    std::thread late([&] { *watched = 2; });
    late.join();
    return 0;
  });
  ready.await();
  auto& process = attach(child);
  const AddressRange range{watched.address(), watched.address() + 8};
  ASSERT_TRUE(process.space().watch_slots().watch(WatchKind::Write, range));
  go.ring();
  for (const std::uint64_t value : {1u, 2u}) {
    const auto event = resume(everything());
    EXPECT_EQ(as<WatchpointHit>(event).at, watched.address());
    EXPECT_EQ(*watched, value);
  }
  ASSERT_TRUE(process.space().watch_slots().unwatch(WatchKind::Write, range));
  expect_exit(resume(everything()), child, 0);
}

TEST_F(InferiorsTest, stops_before_the_instruction_at_a_hardware_breakpoint) {
  Bell go;
  Shared<int> counter;
  ForkedChild child([&] {
    go.await();
    marked(*counter);
    marked(*counter);
    return *counter;
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().watch_slots().break_at(marked_address()));
  go.ring();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(as<HardwareBreakpointHit>(resume(everything())).at, marked_address());
    EXPECT_EQ(pc_of(*process.leader()), marked_address());
    EXPECT_EQ(*counter, i);
  }
  expect_exit(resume(everything()), child, 2);
}

TEST_F(InferiorsTest, clears_the_debug_registers_of_what_it_lets_go) {
  Bell go;
  Shared<std::uint64_t> watched;
  ForkedChild child([&] {
    go.await();
    *watched = 1;
    *watched = 2;
    return 0;
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().watch_slots().watch(WatchKind::Write, {watched.address(), watched.address() + 8}));
  go.ring();
  as<WatchpointHit>(resume(everything()));
  ASSERT_TRUE(inferiors->detach(child.pid()));
  EXPECT_EQ(child.wait_for_end(), 0);
}

// The kernel lets nobody watch its own memory. What else is watched must not suffer from the attempt.
TEST_F(InferiorsTest, keeps_its_watchpoints_when_the_kernel_refuses_another) {
  Bell go;
  Shared<std::uint64_t> watched;
  ForkedChild child([&] {
    go.await();
    *watched = 1;
    return 0;
  });
  auto& process = attach(child);
  auto& slots = process.space().watch_slots();
  ASSERT_TRUE(slots.watch(WatchKind::Write, {watched.address(), watched.address() + 8}));
  ASSERT_TRUE(process.leader()->apply(slots.registers()));
  const AddressRange kernel{Address{0xffffffff81000000}, Address{0xffffffff81000008}};
  ASSERT_TRUE(slots.watch(WatchKind::Write, kernel));
  EXPECT_FALSE(process.leader()->apply(slots.registers()));
  ASSERT_TRUE(slots.unwatch(WatchKind::Write, kernel));
  go.ring();
  const auto event = resume(everything());
  EXPECT_TRUE(std::holds_alternative<WatchpointHit>(event.cause));
  if (ends_process(event.cause)) child.has_ended();
}

// ---- registers

TEST_F(InferiorsTest, runs_on_after_the_kernel_has_refused_a_register) {
  Shared<int> stop;
  ForkedChild child([&] {
    while (*stop == 0) {
    }
    return 4;
  });
  auto& process = attach(child);
  auto& registers = process.leader()->registers();
  for (const auto& spec : registers.layout().registers)
    if (spec.name == "cs") (void)registers.write(spec, std::vector<std::byte>(spec.bytes()));
  *stop = 1;
  expect_exit(resume(everything()), child, 4);
}

// ---- births, execs and ends

TEST_F(InferiorsTest, lets_a_forked_child_go_without_its_breakpoints) {
  inferiors->wishes().pass.add(Signal{SIGCHLD});
  Bell go;
  Shared<int> counter;
  ForkedChild child([&] {
    go.await();
    const auto pid = fork();
    if (pid == 0) {
      marked(*counter);
      _exit(5);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  go.ring();
  expect_exit(resume(everything()), child, 5);
  EXPECT_EQ(*counter, 1);
}

TEST_F(InferiorsTest, keeps_its_breakpoints_out_of_the_way_of_a_vfork_child) {
  inferiors->wishes().pass.add(Signal{SIGCHLD});
  Bell go;
  Shared<int> counter;
  ForkedChild child([&] {
    go.await();
    const auto pid = vfork();
    if (pid == 0) {
      marked(*counter);
      _exit(5);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    marked(*counter);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  go.ring();
  as<SoftwareBreakpointHit>(resume(everything()));
  EXPECT_EQ(*counter, 1);
  expect_exit(resume(everything()), child, 5);
}

TEST_F(InferiorsTest, follows_new_threads_through_many_births_and_ends) {
  Bell go;
  ForkedChild child([&] {
    go.await();
    for (int i = 0; i < 50; ++i) std::thread([] {}).join();
    return 3;
  });
  attach(child);
  go.ring();
  expect_exit(resume(everything()), child, 3);
}

TEST_F(InferiorsTest, tells_of_an_exec_if_asked) {
  inferiors->wishes().exec_events = true;
  auto& process = launch("exec /bin/true");
  auto* const old_space = &process.space();
  as<Execed>(resume(everything()));
  EXPECT_NE(&process.space(), old_space);
  EXPECT_EQ(process.threads().size(), 1u);
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 0);
}

TEST_F(InferiorsTest, runs_through_an_exec_if_not_asked) {
  launch("exec /bin/sh -c 'exec /bin/sh -c \"exit 3\"'");
  EXPECT_EQ(as<ProcessExited>(resume(everything())).code, 3);
}

TEST_F(InferiorsTest, survives_an_exec_by_another_thread) {
  inferiors->wishes().exec_events = true;
  Bell ready, go;
  ForkedChild child([&] {
    std::thread sleeper([] { pause(); });
    std::thread execer([&] {
      ready.ring();
      go.await();
      execl("/bin/sh", "sh", "-c", "exit 6", nullptr);
    });
    execer.join();
    return 99;
  });
  ready.await();
  auto& process = attach(child);
  EXPECT_EQ(process.threads().size(), 3u);
  go.ring();
  const auto event = resume(everything());
  as<Execed>(event);
  EXPECT_EQ(event.thread, child.id());
  EXPECT_EQ(process.threads().size(), 1u);
  expect_exit(resume(everything()), child, 6);
}

TEST_F(InferiorsTest, controls_a_program_whose_leader_has_gone) {
  Bell ready, go;
  Shared<int> counter;
  ForkedChild child([&] {
    static Shared<int>* shared = &counter;
    static Bell* waits = &go;
    std::thread([&] {
      ready.ring();
      waits->await();
      marked(**shared);
      _exit(12);
    }).detach();
    return static_cast<int>(syscall(SYS_exit, 0));
  });
  ready.await();
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  go.ring();
  const auto event = resume(everything());
  as<SoftwareBreakpointHit>(event);
  EXPECT_NE(event.thread.tid, child.tid());
  expect_exit(resume(everything()), child, 12);
}

TEST_F(InferiorsTest, hears_of_a_program_that_is_killed_while_it_stands_still) {
  auto& process = launch("exit 0");
  ASSERT_EQ(::kill(process.pid().value, SIGKILL), 0);
  EXPECT_EQ(as<ProcessKilled>(resume(everything())).signal, Signal{SIGKILL});
  EXPECT_TRUE(inferiors->empty());
}

// ---- with nobody there

TEST_F(InferiorsTest, lets_an_attached_program_run_when_its_client_has_gone) {
  Bell go, done, end;
  Shared<int> counter;
  ForkedChild child([&] {
    go.await();
    marked(*counter);
    raises_and_counts(SIGUSR1);
    done.ring();
    return end.await() ? *counter : 99;
  });
  auto& process = attach(child);
  ASSERT_TRUE(process.space().breakpoints().insert(marked_address()));
  go.ring();
  as<SoftwareBreakpointHit>(resume(everything()));
  inferiors->leave_unattended();
  // It passes its breakpoint and its signal alone; we only move it along.
  for (bool finished = false; !finished;) {
    pollfd wake{inferiors->descriptor(), POLLIN, 0};
    poll(&wake, 1, 1);
    inferiors->collect();
    finished = *counter == 1;
  }
  inferiors->halt(std::chrono::seconds(2));
  EXPECT_TRUE(inferiors->halted());
  EXPECT_TRUE(stops.events.empty());
  ASSERT_TRUE(inferiors->detach(child.pid()));
  done.await();
  end.ring();
  EXPECT_EQ(child.wait_for_end(), 1);
}

}  // namespace
}  // namespace target
