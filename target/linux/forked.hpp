#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "target/linux/child_events.hpp"
#include "target/linux/remote_call.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"

namespace target::linux {

/// A copy of a process that never runs an instruction of the program: its memory as it was at one moment, copied on
/// write. It is not heard of by wait(2) without __WALL or __WCLONE, and sends no signal at its end.
class Forked {
 public:
  /// \param thread  of the program, makes the call: see call_in()
  static Result<Forked> make(Tid thread, ChildEvents& events, Address syscall_instruction);
  Forked(Forked&& other) noexcept
      : events_(other.events_), pid_(std::exchange(other.pid_, Pid{})), known_as_(other.known_as_),
        syscall_instruction_(other.syscall_instruction_) {}
  Forked& operator=(Forked&&) = delete;
  ~Forked() { end(); }

  /// From now on it holds no file open, is the first to go when memory runs out, and dies with us. For when nothing waits.
  void settle();

  Tid task() const { return leader_of(pid_); }
  void end();

  /// What the program has to call when this has ended: the kernel keeps for it what became of its child.
  RemoteCall forgetting() const;

 private:
  Forked(ChildEvents& events, Pid pid, std::uint64_t known_as, Address syscall_instruction)
      : events_(&events), pid_(pid), known_as_(known_as), syscall_instruction_(syscall_instruction) {}

  ChildEvents* events_;
  Pid pid_;                 // 0: it has ended
  std::uint64_t known_as_;  // to the program, which may be in another pid namespace
  Address syscall_instruction_;
};

/// Has some thread of a process that nobody traces make a call; that thread alone stands still for as long as is returned.
Result<std::chrono::microseconds> call_in_passing(Pid pid, ChildEvents& events, const RemoteCall& call);

}  // namespace target::linux
