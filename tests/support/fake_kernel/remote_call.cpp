// Stands for target/linux/remote_call.cpp: pages come and go, and the thread stands where it was.

#include "target/linux/remote_call.hpp"

#include <sys/syscall.h>

#include <csignal>

#include "tests/support/fake_kernel/kernel.hpp"

namespace target::linux {

Result<std::uint64_t> call_in(Tid tid, ChildEvents&, Address instruction, const RemoteCall& call) {
  auto* task = support::FakeKernel::instance().task(tid);
  if (task == nullptr || task->state != support::FakeTask::State::Stopped) return failure(ESRCH, "no such thread");
  if (instruction != support::vdso_base) return failure(EFAULT, "no syscall instruction");
  const Address page{call.arguments[0]};
  task->in_signal_stop = true;
  task->current = {Signal{SIGTRAP}, TRAP_TRACE};
  if (call.number == SYS_mmap)
    task->process->pages->map(page);
  else
    task->process->pages->unmap(page);
  return page.value;
}

}  // namespace target::linux
