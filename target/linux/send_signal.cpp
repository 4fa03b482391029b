#include "target/linux/send_signal.hpp"

#include <signal.h>

namespace target::linux {

Result<void> send_signal(ThreadId to, Signal signal) {
  if (tgkill(to.pid.value, to.tid.value, signal.number) == 0) return {};
  return system_failure("send a signal to thread " + std::to_string(to.tid.value));
}

Result<void> send_signal(Pid to, Signal signal) {
  if (::kill(to.value, signal.number) == 0) return {};
  return system_failure("send a signal to process " + std::to_string(to.value));
}

}  // namespace target::linux
