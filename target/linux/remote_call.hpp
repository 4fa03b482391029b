#pragma once

#include <array>
#include <cstdint>
#include <optional>

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

/// Where the program has a syscall instruction: in the vdso there always is one, for the calls that it does not make
/// by itself. Nothing for a 32-bit program.
std::optional<Address> find_syscall_instruction(Tid thread);

/// Gets a thread that stands in the event of its exec out of that call, before the new program's first instruction:
/// until then the call's result is still to be written into the registers. ESRCH if it has been killed.
Result<void> leave_exec(Tid tid, ChildEvents& events);

/// Lets a stopped thread make the call with the syscall instruction at `instruction`, and puts its registers,
/// signal mask and siginfo back. It must not stand inside a system call of its own. Afterwards it stands in a signal-delivery-stop. For calls that do not block.
/// What the call returned, or an error with its errno; ESRCH if the thread died of it.
///
/// \param born  becomes the process that the call has made, which we trace; its first stop is to be waited for
Result<std::uint64_t> call_in(Tid tid, ChildEvents& events, Address instruction, const RemoteCall& call,
                              std::optional<Pid>* born = nullptr);

}  // namespace target::linux
