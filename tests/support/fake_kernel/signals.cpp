// How the fake kernel stops threads, and what signals do to them.

#include "tests/support/fake_kernel/kernel.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>

namespace support {

using namespace target;
using linux::ChildEvent;
using linux::PtraceEvent;
using State = FakeTask::State;
using How = FakeTask::How;

namespace {

constexpr int stop_signals[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
constexpr int ignored_signals[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};

bool is_one_of(std::span<const int> signals, Signal signal) {
  return std::find(signals.begin(), signals.end(), signal.number) != signals.end();
}

}  // namespace

void FakeKernel::stop(FakeTask& task, Signal signal, PtraceEvent event) {
  task.state = State::Stopped;
  task.interrupt_requested = false;
  task.in_signal_stop = event == PtraceEvent::None && signal.number < 65;
  task.in_group_stop = event == PtraceEvent::Stop && is_one_of(stop_signals, signal);
  siginfo_t info{};
  info.si_signo = signal.number;
  info.si_code = task.in_signal_stop ? task.current.code : 0;
  std::memcpy(task.siginfo.data(), &info, sizeof info);
  report(task, {.tid = task.tid, .kind = ChildEvent::Kind::Stopped, .signal = signal, .event = event});
}

void FakeKernel::queue(FakeTask& task, Signal signal, int code) {
  if (signal.number == SIGKILL) return end_process(*task.process, {true, SIGKILL});
  if (signal.number == SIGCONT) continue_group(*task.process);
  const bool standard = signal.number < 32;
  const bool waits = std::any_of(task.signals.begin(), task.signals.end(),
                                 [&](const auto& other) { return other.signal == signal; });
  if (!standard || !waits) task.signals.push_back({signal, code});
}

void FakeKernel::deliver(FakeTask& task, Signal signal) {
  auto& process = *task.process;
  if (signal.number == SIGKILL) return end_process(process, {true, SIGKILL});
  if (const auto handler = process.handlers.find(signal.number); handler != process.handlers.end()) {
    task.handler_returns.push_back(task.registers.rip);
    task.registers.rip = handler->second.value;
    task.paused = false;
    // ptrace_notify: a stepped thread stops at the handler's first instruction.
    if (task.how == How::Step && task.traced) task.signals.push_front({Signal{SIGTRAP}, SIGTRAP});
    return;
  }
  if (is_one_of(ignored_signals, signal)) return;
  if (is_one_of(stop_signals, signal)) return begin_group_stop(process, signal);
  end_process(process, {true, signal.number});
}

void FakeKernel::begin_group_stop(FakeProcess& process, Signal signal) {
  process.group_stopped = true;
  for (const Tid tid : tasks_of(process.pid)) {
    auto& member = *task(tid);
    if (member.state == State::Running && !member.traced) {
      member.in_group_stop = true;
      member.state = State::Stopped;
    } else if (member.state != State::Zombie && !member.in_group_stop) {
      member.joins_group_stop = signal;
    }
  }
}

void FakeKernel::continue_group(FakeProcess& process) {
  if (!std::exchange(process.group_stopped, false)) return;
  for (const Tid tid : tasks_of(process.pid)) {
    auto& member = *task(tid);
    member.joins_group_stop.reset();
    if (!member.in_group_stop) continue;
    if (!member.traced) {
      member.in_group_stop = false;
      member.state = State::Running;
    } else if (std::exchange(member.listening, false)) {
      stop(member, Signal{SIGTRAP}, PtraceEvent::Stop);
    }
  }
}

}  // namespace support
