// Stands for target/linux/ptrace.cpp.

#include "target/linux/ptrace.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>

#include "tests/support/fake_kernel/kernel.hpp"

namespace target::linux {
namespace {

using support::FakeKernel;
using How = support::FakeTask::How;

FakeKernel& kernel() { return FakeKernel::instance(); }

tl::unexpected<Error> gone(Tid tid) {
  return failure(ESRCH, "thread " + std::to_string(tid.value) + " is not there or not stopped");
}

// Does something with a stopped task.
template <class Do>
Result<void> with(Tid tid, Do what) {
  auto* task = kernel().stopped_task(tid);
  if (task == nullptr) return gone(tid);
  return what(*task);
}

}  // namespace

Result<void> seize(Tid tid, Ending, SeccompEvents) { return kernel().seize(tid); }
Result<void> interrupt(Tid tid) { return kernel().interrupt(tid); }
Result<void> resume(Tid tid, Signal deliver) { return kernel().resume(tid, How::Continue, deliver); }
Result<void> single_step(Tid tid, Signal deliver) { return kernel().resume(tid, How::Step, deliver); }
Result<void> resume_to_syscall(Tid tid, Signal deliver) { return kernel().resume(tid, How::ToSyscall, deliver); }
Result<void> listen(Tid tid) { return kernel().listen(tid); }
Result<void> detach(Tid tid, Signal deliver) { return kernel().detach(tid, deliver); }

Result<std::uint64_t> event_message(Tid tid) {
  const auto* task = kernel().stopped_task(tid);
  if (task == nullptr) return gone(tid);
  return task->message;
}

Result<void> get_siginfo(Tid tid, std::span<std::byte, siginfo_bytes> into) {
  return with(tid, [&](auto& task) -> Result<void> {
    std::copy(task.siginfo.begin(), task.siginfo.end(), into.begin());
    return {};
  });
}

Result<void> set_siginfo(Tid tid, std::span<const std::byte, siginfo_bytes> from) {
  return with(tid, [&](auto& task) -> Result<void> {
    std::copy(from.begin(), from.end(), task.siginfo.begin());
    return {};
  });
}

Result<SyscallStop> syscall_stop(Tid tid) {
  const auto* task = kernel().stopped_task(tid);
  if (task == nullptr) return gone(tid);
  return SyscallStop{task->at_syscall_entry, {task->syscall.value_or(0)}, {}};
}

bool trap_is_queued(Tid tid) {
  const auto* task = kernel().stopped_task(tid);
  return task != nullptr && std::any_of(task->signals.begin(), task->signals.end(), [](const auto& queued) {
           return queued.signal.number == SIGTRAP && queued.code > 0;
         });
}

Result<void> get_general_registers(Tid tid, std::span<std::byte> into) {
  return with(tid, [&](auto& task) -> Result<void> {
    std::memcpy(into.data(), &task.registers, std::min(into.size(), sizeof task.registers));
    return {};
  });
}

// Like the real one, which takes no null selector for code.
Result<void> set_general_registers(Tid tid, std::span<const std::byte> from) {
  return with(tid, [&](auto& task) -> Result<void> {
    auto registers = task.registers;
    std::memcpy(&registers, from.data(), std::min(from.size(), sizeof registers));
    if ((registers.cs & 0xffff) == 0) return failure(EIO, "no such segment");
    task.registers = registers;
    return {};
  });
}

// Asked only where the program's file cannot be read, which here it always can.
Result<bool> code_is_32_bit(Tid) { return false; }

Result<std::size_t> get_register_set(Tid tid, unsigned, std::span<std::byte>) {
  if (kernel().stopped_task(tid) == nullptr) return gone(tid);
  return failure(EINVAL, "no such register set");
}

Result<std::size_t> get_extended_state(Tid tid, std::span<std::byte> into) {
  const auto* task = kernel().stopped_task(tid);
  if (task == nullptr) return gone(tid);
  const auto size = std::min(into.size(), task->extended.size());
  std::memcpy(into.data(), task->extended.data(), size);
  return size;
}

Result<void> set_extended_state(Tid tid, std::span<const std::byte> from) {
  return with(tid, [&](auto& task) -> Result<void> {
    std::memcpy(task.extended.data(), from.data(), std::min(from.size(), task.extended.size()));
    return {};
  });
}

Result<std::uint64_t> get_debug_register(Tid tid, int number) {
  const auto* task = kernel().stopped_task(tid);
  if (task == nullptr) return gone(tid);
  return task->debug.at(static_cast<std::size_t>(number));
}

Result<void> set_debug_register(Tid tid, int number, std::uint64_t value) {
  return with(tid, [&](auto& task) -> Result<void> {
    if (number < 4 && value >> 47 != 0) return failure(EINVAL, "not an address of the program");
    task.debug.at(static_cast<std::size_t>(number)) = value;
    return {};
  });
}

Result<std::uint64_t> peek(Tid tid, Address at) {
  auto* task = kernel().stopped_task(tid);
  if (task == nullptr) return gone(tid);
  std::uint64_t word = 0;
  const auto got = task->process->pages->read(at, std::as_writable_bytes(std::span(&word, 1)));
  if (got != sizeof word) return failure(EIO, "not mapped");
  return word;
}

Result<void> poke(Tid tid, Address at, std::uint64_t word) {
  return with(tid, [&](auto& task) -> Result<void> {
    const auto put = task.process->pages->write(at, std::as_bytes(std::span(&word, 1)));
    if (put != sizeof word) return failure(EIO, "not mapped");
    return {};
  });
}

}  // namespace target::linux
