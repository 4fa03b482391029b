// Stands for target/linux/send_signal.cpp.

#include "target/linux/send_signal.hpp"

#include "tests/support/fake_kernel/kernel.hpp"

namespace target::linux {

Result<void> send_signal(ThreadId to, Signal signal) {
  return support::FakeKernel::instance().signal_task(to.tid, signal);
}

Result<void> send_signal(Pid to, Signal signal) {
  return support::FakeKernel::instance().signal_process(to, signal);
}

}  // namespace target::linux
