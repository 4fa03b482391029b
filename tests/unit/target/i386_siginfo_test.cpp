#include "target/arch/i386/siginfo.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstring>
#include <ostream>

namespace target::arch::i386 {
namespace {

// The kernel's compat_siginfo (include/linux/compat.h): int si_signo, si_errno, si_code; the union at 12.
struct Siginfo32 {
  std::int32_t signo = 0, error = 0, code = 0;
  std::uint32_t words[29] = {};
};
static_assert(sizeof(Siginfo32) == siginfo_bytes);

Siginfo32 narrowed(const siginfo_t& wide) {
  Siginfo bytes{};
  std::memcpy(bytes.data(), &wide, sizeof wide);
  const auto narrow = narrow_siginfo(bytes);
  Siginfo32 result;
  std::memcpy(&result, narrow.data(), sizeof result);
  return result;
}

siginfo_t widened(const Siginfo32& narrow) {
  Siginfo bytes{};
  std::memcpy(bytes.data(), &narrow, sizeof narrow);
  const auto wide = widen_siginfo(bytes);
  siginfo_t result;
  std::memcpy(&result, wide.data(), sizeof result);
  return result;
}

siginfo_t made(int signal, int code) {
  siginfo_t info{};
  info.si_signo = signal;
  info.si_code = code;
  info.si_errno = 7;
  return info;
}

// What went out comes back: nothing that counts is lost.
void expect_round_trip(const siginfo_t& wide) {
  const auto back = widened(narrowed(wide));
  EXPECT_EQ(std::memcmp(&back, &wide, sizeof wide), 0) << "signal " << wide.si_signo << " code " << wide.si_code;
}

void* address(std::uintptr_t value) { return reinterpret_cast<void*>(value); }

TEST(I386Siginfo, keeps_what_every_signal_has) {
  const auto narrow = narrowed(made(SIGUSR1, SI_USER));
  EXPECT_EQ(narrow.signo, SIGUSR1);
  EXPECT_EQ(narrow.error, 7);
  EXPECT_EQ(narrow.code, SI_USER);
}

TEST(I386Siginfo, has_the_sender_of_a_kill) {
  for (const int code : {+SI_USER, +SI_KERNEL, 0x405 /* of a ptrace event */}) {
    auto info = made(SIGTRAP, code);
    info.si_pid = 4711;
    info.si_uid = 1000;
    const auto narrow = narrowed(info);
    EXPECT_EQ(narrow.words[0], 4711u);
    EXPECT_EQ(narrow.words[1], 1000u);
    expect_round_trip(info);
  }
}

TEST(I386Siginfo, has_the_value_of_a_queued_signal) {
  for (const int code : {SI_QUEUE, SI_MESGQ, SI_ASYNCIO, SI_TKILL}) {
    auto info = made(SIGRTMIN + 1, code);
    info.si_pid = 4711;
    info.si_uid = 1000;
    info.si_value.sival_int = 77;
    EXPECT_EQ(narrowed(info).words[2], 77u);
    expect_round_trip(info);
  }
  auto pointer = made(SIGUSR1, SI_QUEUE);
  pointer.si_value.sival_ptr = address(0x11223344'f0000000);
  EXPECT_EQ(narrowed(pointer).words[2], 0xf0000000u);
}

TEST(I386Siginfo, has_the_timer) {
  auto info = made(SIGALRM, SI_TIMER);
  info.si_timerid = 3;
  info.si_overrun = 9;
  info.si_value.sival_int = 1234567;
  const auto narrow = narrowed(info);
  EXPECT_EQ(narrow.words[0], 3u);
  EXPECT_EQ(narrow.words[1], 9u);
  EXPECT_EQ(narrow.words[2], 1234567u);
  expect_round_trip(info);
}

TEST(I386Siginfo, has_how_a_child_ended) {
  for (const int code : {CLD_EXITED, CLD_KILLED, CLD_CONTINUED}) {
    auto info = made(SIGCHLD, code);
    info.si_pid = 4711;
    info.si_uid = 1000;
    info.si_status = -2;
    info.si_utime = 5;
    info.si_stime = 0x7fffffff;
    const auto narrow = narrowed(info);
    EXPECT_EQ(narrow.words[2], 0xfffffffeu);
    EXPECT_EQ(narrow.words[3], 5u);
    EXPECT_EQ(narrow.words[4], 0x7fffffffu);
    expect_round_trip(info);
  }
}

TEST(I386Siginfo, has_the_address_of_a_fault) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP}) {
    auto info = made(signal, 1);
    info.si_addr = address(0xf7fff123);
    EXPECT_EQ(narrowed(info).words[0], 0xf7fff123u);
    expect_round_trip(info);
  }
}

TEST(I386Siginfo, has_what_some_faults_add) {
  auto memory_error = made(SIGBUS, BUS_MCEERR_AO);
  memory_error.si_addr = address(0x1000);
  memory_error.si_addr_lsb = 12;
  EXPECT_EQ(narrowed(memory_error).words[1], 12u);
  expect_round_trip(memory_error);

  auto bounds = made(SIGSEGV, SEGV_BNDERR);
  bounds.si_addr = address(0x1000);
  bounds.si_lower = address(0x2000);
  bounds.si_upper = address(0xf0003000);
  EXPECT_EQ(narrowed(bounds).words[2], 0x2000u);
  EXPECT_EQ(narrowed(bounds).words[3], 0xf0003000u);
  expect_round_trip(bounds);

  auto key = made(SIGSEGV, SEGV_PKUERR);
  key.si_addr = address(0x1000);
  key.si_pkey = 5;
  EXPECT_EQ(narrowed(key).words[2], 5u);
  expect_round_trip(key);
}

TEST(I386Siginfo, has_the_file_that_is_ready) {
  const std::pair<int, int> kinds[] = {{SIGIO, POLL_IN}, {SIGIO, POLL_HUP}, {SIGUSR1, POLL_OUT},
                                       {SIGRTMIN + 3, POLL_IN}, {SIGIO, SI_SIGIO}};
  for (const auto& [signal, code] : kinds) {
    auto info = made(signal, code);
    info.si_band = -2;
    info.si_fd = 11;
    EXPECT_EQ(narrowed(info).words[0], 0xfffffffeu);
    EXPECT_EQ(narrowed(info).words[1], 11u);
    expect_round_trip(info);
  }
}

TEST(I386Siginfo, has_the_system_call) {
  auto info = made(SIGSYS, 1);
  info.si_call_addr = address(0xf7fc75e9);
  info.si_syscall = 64;
  info.si_arch = 0x40000003;
  const auto narrow = narrowed(info);
  EXPECT_EQ(narrow.words[0], 0xf7fc75e9u);
  EXPECT_EQ(narrow.words[1], 64u);
  EXPECT_EQ(narrow.words[2], 0x40000003u);
  expect_round_trip(info);
}

// What a client writes may be anything; the kernel refuses a siginfo with bytes set where none belong.
TEST(I386Siginfo, leaves_nothing_where_no_field_is) {
  Siginfo32 full;
  full.signo = SIGUSR1;
  full.code = SI_USER;
  for (auto& word : full.words) word = 0xffffffff;
  const auto wide = widened(full);
  auto expected = made(SIGUSR1, SI_USER);
  expected.si_errno = 0;
  expected.si_pid = -1;
  expected.si_uid = 0xffffffff;
  EXPECT_EQ(std::memcmp(&wide, &expected, sizeof wide), 0);
}

}  // namespace
}  // namespace target::arch::i386
