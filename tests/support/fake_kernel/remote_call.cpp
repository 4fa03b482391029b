// Stands for target/linux/remote_call.cpp: pages come and go, and the thread stands where it was.

#include "target/linux/remote_call.hpp"

#include <sys/syscall.h>

#include <csignal>

#include "tests/support/fake_kernel/kernel.hpp"

namespace target::linux {

namespace {

// Where nothing else is.
Address fresh_pages(std::uint64_t bytes) {
  static std::uint64_t next = 0x7000'0000'0000;
  return Address{(next += (bytes + 0xfff) & ~0xfffull) - ((bytes + 0xfff) & ~0xfffull)};
}

}  // namespace

std::optional<Address> find_syscall_instruction(Tid) { return support::vdso_base; }

Result<void> leave_exec(Tid, ChildEvents&) { return {}; }

Result<std::uint64_t> call_in(Tid tid, ChildEvents&, Address instruction, const RemoteCall& call,
                              std::optional<Pid>*) {
  auto* task = support::FakeKernel::instance().task(tid);
  if (task == nullptr || task->state != support::FakeTask::State::Stopped) return failure(ESRCH, "no such thread");
  if (instruction != support::vdso_base) return failure(EFAULT, "no syscall instruction");
  const auto bytes = call.arguments[1];
  const Address first = call.arguments[0] != 0 ? Address{call.arguments[0]} : fresh_pages(bytes);
  task->in_signal_stop = true;
  task->current = {Signal{SIGTRAP}, TRAP_TRACE};
  for (Address page = first; page < first + bytes; page = page + 0x1000)
    call.number == SYS_mmap ? task->process->pages->map(page) : task->process->pages->unmap(page);
  return first.value;
}

}  // namespace target::linux
