#include "target/thread.hpp"

#include <csignal>
#include <cstring>

#include "target/arch/i386/siginfo.hpp"

namespace target {

using arch::amd64::DebugSlots;

Result<void> Thread::require_stopped() const {
  if (stopped()) return {};
  return failure(EBUSY, "thread " + std::to_string(id_.tid.value) + " is running; interrupt it first");
}

Result<std::array<std::byte, linux::siginfo_bytes>> Thread::siginfo() const {
  std::array<std::byte, linux::siginfo_bytes> info{};
  if (auto got = linux::get_siginfo(id_.tid, info); !got) return tl::unexpected(got.error());
  return info;
}

Result<void> Thread::set_siginfo(std::span<const std::byte, linux::siginfo_bytes> info) {
  return linux::set_siginfo(id_.tid, info);
}

Result<std::array<std::byte, linux::siginfo_bytes>> Thread::siginfo_of_program() const {
  auto info = siginfo();
  if (info && registers_.layout().word_bytes == 4) return arch::i386::narrow_siginfo(*info);
  return info;
}

Result<void> Thread::set_siginfo_of_program(std::span<const std::byte, linux::siginfo_bytes> info) {
  return registers_.layout().word_bytes == 4 ? set_siginfo(arch::i386::widen_siginfo(info)) : set_siginfo(info);
}

Result<std::uint64_t> Thread::debug_status() const {
  if (applied_ == DebugSlots{}) return 0;
  auto status = linux::get_debug_register(id_.tid, arch::amd64::status_register);
  // Kernels before 5.11 leave old bits in it.
  if (status && *status != 0)
    (void)linux::set_debug_register(id_.tid, arch::amd64::status_register, 0);
  return status;
}

Result<void> Thread::apply(const DebugSlots& slots) {
  if (applied_ == slots) return {};
  using namespace arch::amd64;
  // A slot's address may only change while the slot is off: the kernel checks the alignment of each half
  // of the change against what is enabled.
  DebugSlots unchanged{};
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (slots[i] == applied_[i]) unchanged[i] = slots[i];
  Result<void> done;
  if (unchanged != applied_)
    done = linux::set_debug_register(id_.tid, control_register, control_value(unchanged));
  for (std::size_t i = 0; i < slots.size() && done; ++i)
    if (slots[i].used() && slots[i] != unchanged[i])
      done = linux::set_debug_register(id_.tid, static_cast<int>(i), slots[i].at.value);
  if (done && slots != unchanged)
    done = linux::set_debug_register(id_.tid, control_register, control_value(slots));
  applied_ = done ? slots : DebugSlots{};
  return done;
}

Result<void> Thread::prepare_to_run(const DebugSlots& slots) {
  if (auto stopped = require_stopped(); !stopped) return stopped;
  if (auto applied = apply(slots); !applied && applied.error().code == ESRCH) return applied;
  return registers_.flush();
}

namespace {

Result<void> set_going(Tid tid, ResumeHow how, Signal deliver) {
  switch (how) {
    case ResumeHow::Step: return linux::single_step(tid, deliver);
    case ResumeHow::ToSyscall: return linux::resume_to_syscall(tid, deliver);
    case ResumeHow::Continue: break;
  }
  return linux::resume(tid, deliver);
}

bool stops_by_default(Signal signal) {
  const int number = signal.number;
  return number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

}  // namespace

// Of a thread that is not traced, a signal that the program ignores ends no system call: it is dropped when it is
// sent. A traced one is stopped for it first, and so is one whose signal we drop. A stop by job control is seen by
// the program without us too.
void Thread::keep_in_system_call(Signal with) {
  if (in_signal_stop && !stops_by_default(with)) (void)registers_.make_ended_call_again();
}

Result<void> Thread::resume(ResumeHow how, const DebugSlots& slots) {
  keep_in_system_call(deliver);
  if (auto ready = prepare_to_run(slots); !ready) return ready;
  auto gone = set_going(id_.tid, how, deliver);
  if (!gone) return gone;
  state_ = State::Running;
  stepping_ = how == ResumeHow::Step;
  interrupted_ = false;
  deliver = {};
  reported.reset();
  standing_at.reset();
  return {};
}

Result<void> Thread::listen(const DebugSlots& slots) {
  if (auto ready = prepare_to_run(slots); !ready) return ready;
  auto gone = linux::listen(id_.tid);
  if (!gone) return gone;
  state_ = State::Running;
  stepping_ = false;
  interrupted_ = false;
  reported.reset();
  return {};
}

Result<void> Thread::let_trap_in() {
  auto gone = linux::resume(id_.tid, Signal{});
  if (gone) state_ = State::Running;
  return gone;
}

void Thread::interrupt() {
  if (!running() || interrupted_) return;
  interrupted_ = true;
  // ESRCH: it is dying, and its exit will be seen.
  (void)linux::interrupt(id_.tid);
}

Result<void> Thread::detach(Signal with) {
  if (stopped()) keep_in_system_call(with);
  if (auto ready = prepare_to_run(DebugSlots{}); !ready) return ready;
  return linux::detach(id_.tid, with);
}

Signal Thread::owed_signal(const SignalSet& reported_too) const {
  if (deliver) return deliver;
  if (pending)
    if (const auto* stop = std::get_if<SignalStop>(&*pending)) return stop->signal;
  if (reported)
    if (const auto* stop = std::get_if<SignalStop>(&*reported); stop && reported_too.contains(stop->signal))
      return comes_again(stop->signal) ? Signal{} : stop->signal;
  return {};
}

// A fault is met again by a thread that still stands at its instruction. One that a client has moved since must
// not have it: gdb ends its calls with a trap on the stack, which cannot be executed, and a program that was
// let go after such a call died of the fault that had meant "the call is done". gdb puts the siginfo of the stop
// before the call back too.
bool Thread::comes_again(Signal signal) const {
  const int number = signal.number;
  if (number != SIGSEGV && number != SIGBUS && number != SIGILL && number != SIGFPE) return false;
  const auto raw = siginfo();
  siginfo_t info{};
  if (raw) std::memcpy(&info, raw->data(), sizeof info);
  // SI_KERNEL may be the kernel's word that a handler could not be run, and is said only once.
  return info.si_signo != number || (info.si_code > 0 && info.si_code < SI_KERNEL);
}

void Thread::stopped_now() {
  state_ = State::Stopped;
  interrupted_ = false;
  group_stopped = false;
}

void Thread::renumbered(ThreadId id, const RegisterLayout& layout) {
  id_ = id;
  registers_ = RegisterFile(id.tid, layout);
  applied_ = {};
}

}  // namespace target
