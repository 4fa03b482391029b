#pragma once

#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "target/types/signal.hpp"

namespace target::linux {

/// tgkill(2): to one thread.
Result<void> send_signal(ThreadId to, Signal signal);
/// kill(2): to the process.
Result<void> send_signal(Pid to, Signal signal);

}  // namespace target::linux
