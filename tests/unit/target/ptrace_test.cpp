#include "target/linux/ptrace.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

#include "target/arch/amd64/debug_registers.hpp"
#include "target/arch/amd64/extended_state.hpp"
#include "target/linux/send_signal.hpp"
#include "tests/support/traced_child.hpp"

namespace target::linux {
namespace {

using support::TracedChild;
using Kind = ChildEvent::Kind;

user_regs_struct registers_of(const TracedChild& child) {
  user_regs_struct registers{};
  EXPECT_TRUE(get_general_registers(child.tid(), std::as_writable_bytes(std::span(&registers, 1))));
  return registers;
}

TEST(Ptrace, sees_an_exit_code) {
  TracedChild child([] { return 42; });
  const auto event = child.resume_and_wait();
  EXPECT_EQ(event.kind, Kind::Exited);
  EXPECT_EQ(event.exit_code, 42);
}

TEST(Ptrace, sees_a_death_by_signal) {
  TracedChild child([] { return raise(SIGKILL); });
  const auto event = child.resume_and_wait();
  EXPECT_EQ(event.kind, Kind::Killed);
  EXPECT_EQ(event.signal, Signal{SIGKILL});
}

TEST(Ptrace, stops_for_a_signal_and_delivers_what_it_is_told) {
  const auto raises = [] {
    static volatile sig_atomic_t seen = 0;
    signal(SIGUSR1, [](int) { seen = 1; });
    signal(SIGUSR2, [](int) { seen = 2; });
    raise(SIGUSR1);
    return int{seen};
  };
  for (const auto& [deliver, code] : {std::pair{Signal{}, 0}, {Signal{SIGUSR1}, 1}, {Signal{SIGUSR2}, 2}}) {
    TracedChild child(raises);
    const auto stop = child.resume_and_wait();
    EXPECT_EQ(stop.kind, Kind::Stopped);
    EXPECT_EQ(stop.signal, Signal{SIGUSR1});
    EXPECT_EQ(stop.event, PtraceEvent::None);
    EXPECT_EQ(child.resume_and_wait(deliver).exit_code, code);
  }
}

TEST(Ptrace, steps_one_instruction) {
  TracedChild child([] { return 0; });
  child.step_and_wait();  // out of the system call that it was stopped in
  for (int i = 0; i < 20; ++i) {
    const auto before = registers_of(child).rip;
    const auto event = child.step_and_wait();
    ASSERT_EQ(event.kind, Kind::Stopped);
    EXPECT_EQ(event.signal, Signal{SIGTRAP});
    EXPECT_NE(registers_of(child).rip, before);
  }
}

TEST(Ptrace, interrupts_without_a_signal) {
  support::Shared<int> stop;
  TracedChild child([&] {
    while (*stop == 0) {
    }
    return 3;
  });
  ASSERT_TRUE(resume(child.tid(), {}));
  ASSERT_TRUE(interrupt(child.tid()));
  const auto event = child.wait();
  EXPECT_EQ(event.event, PtraceEvent::Stop);
  EXPECT_EQ(event.signal, Signal{SIGTRAP});
  *stop = 1;
  EXPECT_EQ(child.resume_and_wait().exit_code, 3);
}

TEST(Ptrace, listens_to_a_group_stopped_thread_until_it_is_continued) {
  TracedChild child([] { return raise(SIGSTOP); });
  EXPECT_EQ(child.resume_and_wait().signal, Signal{SIGSTOP});
  const auto group = child.resume_and_wait(Signal{SIGSTOP});
  EXPECT_EQ(group.event, PtraceEvent::Stop);
  EXPECT_EQ(group.signal, Signal{SIGSTOP});
  ASSERT_TRUE(listen(child.tid()));
  ASSERT_TRUE(send_signal(child.pid(), Signal{SIGCONT}));
  EXPECT_EQ(child.wait().event, PtraceEvent::Stop);
  EXPECT_EQ(child.resume_and_wait().signal, Signal{SIGCONT});
  EXPECT_EQ(child.resume_and_wait(Signal{SIGCONT}).exit_code, 0);
}

TEST(Ptrace, reads_and_writes_general_registers) {
  TracedChild child([] { return 0; });
  auto registers = registers_of(child);
  const auto r12 = registers.r12;
  registers.r12 = 0x1122334455667788;
  ASSERT_TRUE(set_general_registers(child.tid(), std::as_bytes(std::span(&registers, 1))));
  EXPECT_EQ(registers_of(child).r12, 0x1122334455667788u);
  registers.r12 = r12;
  ASSERT_TRUE(set_general_registers(child.tid(), std::as_bytes(std::span(&registers, 1))));
  EXPECT_EQ(child.resume_and_wait().exit_code, 0);
}

TEST(Ptrace, reads_and_writes_the_extended_state) {
  TracedChild child([] { return 0; });
  std::vector<std::byte> state(arch::amd64::extended_state_bytes());
  const auto size = get_extended_state(child.tid(), state);
  ASSERT_TRUE(size);
  ASSERT_GE(*size, 576u);
  state.resize(*size);
  constexpr std::size_t xmm15 = 160 + 15 * 16;
  std::memset(state.data() + xmm15, 0x5a, 16);
  state[arch::amd64::xstate_bv_offset] |= std::byte{2};
  ASSERT_TRUE(set_extended_state(child.tid(), state));
  std::vector<std::byte> back(state.size());
  ASSERT_TRUE(get_extended_state(child.tid(), back));
  EXPECT_EQ(std::memcmp(back.data() + xmm15, state.data() + xmm15, 16), 0);
}

TEST(Ptrace, reads_and_writes_siginfo) {
  TracedChild child([] { return raise(SIGUSR1); });
  child.resume_and_wait();
  std::array<std::byte, siginfo_bytes> bytes{};
  ASSERT_TRUE(get_siginfo(child.tid(), bytes));
  siginfo_t info;
  std::memcpy(&info, bytes.data(), sizeof info);
  EXPECT_EQ(info.si_signo, SIGUSR1);
  EXPECT_EQ(info.si_pid, child.pid().value);
  info.si_code = SI_QUEUE;
  std::memcpy(bytes.data(), &info, sizeof info);
  ASSERT_TRUE(set_siginfo(child.tid(), bytes));
  std::array<std::byte, siginfo_bytes> back{};
  ASSERT_TRUE(get_siginfo(child.tid(), back));
  EXPECT_EQ(back, bytes);
}

TEST(Ptrace, stops_at_a_write_that_a_debug_register_watches) {
  support::Shared<std::uint64_t> watched;
  TracedChild child([&] {
    *watched = 1;
    return 0;
  });
  const arch::amd64::DebugSlots slots{{{watched.address(), 8, arch::amd64::DebugCondition::Write}}};
  ASSERT_TRUE(set_debug_register(child.tid(), 0, watched.address().value));
  ASSERT_TRUE(set_debug_register(child.tid(), arch::amd64::control_register, control_value(slots)));
  EXPECT_EQ(child.resume_and_wait().signal, Signal{SIGTRAP});
  EXPECT_EQ(*watched, 1u);
  const auto status = get_debug_register(child.tid(), arch::amd64::status_register);
  ASSERT_TRUE(status);
  EXPECT_TRUE(arch::amd64::triggered(*status, 0));
  EXPECT_FALSE(arch::amd64::triggered(*status, 1));
  EXPECT_EQ(child.resume_and_wait().kind, Kind::Exited);
}

TEST(Ptrace, refuses_to_watch_the_kernel) {
  TracedChild child([] { return 0; });
  EXPECT_FALSE(set_debug_register(child.tid(), 0, 0xffffffff81000000));
}

TEST(Ptrace, peeks_and_pokes_words) {
  support::Shared<std::uint64_t> value;
  *value = 0x0102030405060708;
  TracedChild child([&] { return static_cast<int>(*value & 0xff); });
  EXPECT_EQ(peek(child.tid(), value.address()), 0x0102030405060708u);
  ASSERT_TRUE(poke(child.tid(), value.address(), ~std::uint64_t{0}));
  EXPECT_EQ(peek(child.tid(), value.address()), ~std::uint64_t{0});
  EXPECT_FALSE(peek(child.tid(), Address{8}));
  EXPECT_FALSE(poke(child.tid(), Address{8}, 1));
  EXPECT_EQ(child.resume_and_wait().exit_code, 0xff);
}

TEST(Ptrace, says_which_thread_a_clone_made) {
  TracedChild child([] {
    const auto pid = fork();
    if (pid == 0) _exit(0);
    return 0;
  });
  const auto stop = child.resume_and_wait();
  ASSERT_EQ(stop.event, PtraceEvent::Fork);
  const auto born = event_message(child.tid());
  ASSERT_TRUE(born);
  const Tid grandchild{static_cast<int>(*born)};
  EXPECT_EQ(support::child_events().wait(grandchild)->event, PtraceEvent::Stop);
  EXPECT_TRUE(detach(grandchild, {}));
}

TEST(Ptrace, fails_with_esrch_on_a_running_and_on_a_dead_thread) {
  support::Bell bell;
  TracedChild child([&] { return bell.await() ? 0 : 1; });
  ASSERT_TRUE(resume(child.tid(), {}));
  EXPECT_EQ(resume(child.tid(), {}).error().code, ESRCH);
  EXPECT_EQ(peek(child.tid(), Address{0x1000}).error().code, ESRCH);
  bell.ring();
  EXPECT_EQ(child.wait().kind, Kind::Exited);
  EXPECT_EQ(interrupt(child.tid()).error().code, ESRCH);
  EXPECT_NE(interrupt(child.tid()).error().message.find(std::to_string(child.tid().value)), std::string::npos);
}

TEST(Ptrace, lets_go_without_a_trace) {
  support::ForkedChild child([] {
    raise(SIGSTOP);
    return 5;
  });
  ASSERT_TRUE(seize(child.tid(), Ending::OutlivesServer));
  auto event = support::child_events().wait(child.tid());
  ASSERT_TRUE(event);
  if (event->event == PtraceEvent::None) {
    // Stopped before it was delivered: let it be lost.
    ASSERT_TRUE(detach(child.tid(), {}));
  } else {
    ASSERT_TRUE(send_signal(child.pid(), Signal{SIGCONT}));
    ASSERT_TRUE(detach(child.tid(), {}));
  }
  EXPECT_EQ(child.wait_for_end(), 5);
}

TEST(SendSignal, reaches_a_thread_or_a_process_or_says_why_not) {
  TracedChild child([] { return pause(); });
  ASSERT_TRUE(resume(child.tid(), {}));
  ASSERT_TRUE(send_signal(child.id(), Signal{SIGUSR1}));
  EXPECT_EQ(child.wait().signal, Signal{SIGUSR1});
  ASSERT_TRUE(send_signal(child.pid(), Signal{SIGUSR2}));
  EXPECT_EQ(child.resume_and_wait().signal, Signal{SIGUSR2});
  ASSERT_TRUE(send_signal(child.pid(), Signal{SIGKILL}));
  EXPECT_EQ(child.wait().kind, Kind::Killed);
  EXPECT_EQ(send_signal(child.id(), Signal{SIGUSR1}).error().code, ESRCH);
}

TEST(ChildEvents, has_nothing_to_tell_when_nothing_happened) {
  support::Bell bell;
  TracedChild child([&] { return bell.await() ? 0 : 1; });
  auto& events = support::child_events();
  EXPECT_FALSE(events.poll(child.tid()));
  ASSERT_TRUE(resume(child.tid(), {}));
  EXPECT_FALSE(events.poll(child.tid()));
  bell.ring();
  EXPECT_EQ(child.wait().kind, Kind::Exited);
  EXPECT_FALSE(events.poll_any());
  EXPECT_FALSE(events.wait(child.tid()));
}

TEST(ChildEvents, wakes_when_something_happened) {
  support::Bell bell;
  TracedChild child([&] { return bell.await() ? 0 : 1; });
  auto& events = support::child_events();
  events.clear_descriptor();
  ASSERT_TRUE(resume(child.tid(), {}));
  EXPECT_FALSE(events.wait_for_signal(std::chrono::microseconds(100)));
  bell.ring();
  EXPECT_TRUE(events.wait_for_signal(std::chrono::seconds(20)));
  const auto event = events.poll_any();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->tid, child.tid());
  child.has_ended();
}

}  // namespace
}  // namespace target::linux
