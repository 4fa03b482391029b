#pragma once

#include <deque>
#include <optional>

#include "target/address_space.hpp"
#include "target/arch/amd64/displaced.hpp"
#include "target/register_file.hpp"
#include "target/thread.hpp"
#include "target/types/ids.hpp"

namespace target::run_control {

/// Threads that cannot get past their trap while others run: one after the other, each with its trap lifted
/// while all other threads are held.
struct Turns {
  std::deque<ThreadId> waiting;
  std::optional<ThreadId> current;
  bool under_way = false;  ///< until the others have been set going
  bool wanted = false;     ///< everything has to stop first

  bool concerns(ThreadId id) const { return current && *current == id; }
};

/// Puts a thread that has stopped on its way over `copy` where it would be without us. True if it has run it.
bool move_home(RegisterFile& registers, const arch::amd64::Displaced& copy);

/// The same for what a call has left on the stack.
void return_home(RegisterFile& registers, AddressSpace& space, const arch::amd64::Displaced& copy);

/// The same for the address that a fault names.
void name_home(Thread& thread, const arch::amd64::Displaced& copy);

/// True for a signal that the instruction itself raised: stepping again would only raise it again.
bool raised_by_instruction(const HeldSignal& held);

}  // namespace target::run_control
