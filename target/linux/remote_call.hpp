#pragma once

#include <array>
#include <cstdint>

#include "target/linux/child_events.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"

namespace target::linux {

/// A system call that a 64-bit program is to make for us.
struct RemoteCall {
  std::uint64_t number = 0;
  std::array<std::uint64_t, 6> arguments{};
};

/// Lets a stopped thread make the call with the syscall instruction at `instruction`, and puts its registers,
/// signal mask and siginfo back. It must not stand inside a system call of its own. Afterwards it stands in a signal-delivery-stop. For calls that do not block.
/// What the call returned, or an error with its errno; ESRCH if the thread died of it.
Result<std::uint64_t> call_in(Tid tid, ChildEvents& events, Address instruction, const RemoteCall& call);

}  // namespace target::linux
