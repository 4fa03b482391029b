#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>

#include "target/arch/amd64/debug_registers.hpp"
#include "target/arch/amd64/displaced.hpp"
#include "target/linux/ptrace.hpp"
#include "target/register_file.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "target/types/resume_plan.hpp"
#include "target/types/stop_event.hpp"
#include "target/types/thread_options.hpp"

namespace target {

class Process;

/// Where a stopped thread is with respect to a system call.
enum class SystemCallState {
  Outside,
  AtExec,   ///< a new program's first stop: the exec's result is still to be written into the registers
  Inside,   ///< before the call, or in the middle of it
  Leaving,  ///< it has been made, and the thread is on its way out
};

enum class ResumeHow { Continue, Step, ToSyscall };

/// A signal that was taken from a thread and is to come back to it as it was.
struct HeldSignal {
  Signal signal;
  std::array<std::byte, linux::siginfo_bytes> info{};
};

/// Getting past a trap: over the instruction itself with the trap lifted, or over a copy of it.
struct Passing {
  Address site;
  std::optional<arch::amd64::Displaced> copy;
};

/// A kernel task under control.
class Thread {
 public:
  enum class State {
    Running,
    Stopped,
    Zombie,  ///< a leader that has exited while other threads live on
  };

  Thread(ThreadId id, Process& process, const RegisterLayout& layout)
      : id_(id), process_(process), registers_(id.tid, layout) {}
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  ThreadId id() const { return id_; }
  Process& process() const { return process_; }
  State state() const { return state_; }
  bool stopped() const { return state_ == State::Stopped; }
  bool running() const { return state_ == State::Running; }
  /// How it was last resumed.
  bool stepping() const { return stepping_; }

  /// EBUSY unless the thread is stopped.
  Result<void> require_stopped() const;

  /// Only while stopped.
  RegisterFile& registers() { return registers_; }
  Result<std::array<std::byte, linux::siginfo_bytes>> siginfo() const;
  Result<void> set_siginfo(std::span<const std::byte, linux::siginfo_bytes> info);
  /// The same in the form that the program's own handlers get.
  Result<std::array<std::byte, linux::siginfo_bytes>> siginfo_of_program() const;
  Result<void> set_siginfo_of_program(std::span<const std::byte, linux::siginfo_bytes> info);
  Result<std::uint64_t> debug_status() const;
  /// True if it may have met a trap that is still to be reported.
  bool may_owe_trap() const { return stepping_ || applied_ != arch::amd64::DebugSlots{}; }

  /// Puts these into the debug registers; the kernel refuses addresses that are not the program's.
  Result<void> apply(const arch::amd64::DebugSlots& slots);
  /// Writes the registers back and lets the thread go on; ESRCH if it has been killed.
  Result<void> resume(ResumeHow how, const arch::amd64::DebugSlots& slots);
  /// Keeps a group-stopped thread stopped for the program, and open for SIGCONT.
  Result<void> listen(const arch::amd64::DebugSlots& slots);
  /// Lets in a trap that waits behind the stop it stands in: it stops again before it runs an instruction.
  Result<void> let_trap_in();
  /// Asks a running thread to stop; the stop is seen later. Once is enough.
  void interrupt();
  /// Lets the thread go for good, with `deliver` for the program.
  Result<void> detach(Signal deliver);

  /// To be called by who saw the event.
  void stopped_now();
  void became_zombie() { state_ = State::Zombie; }
  /// A leader that had exited before we came: the kernel does not let us trace it, nor tell us of its end.
  void was_zombie() {
    state_ = State::Zombie;
    traced_ = false;
  }
  bool traced() const { return traced_; }
  /// execve: this thread has the leader's id now, and a new image.
  void renumbered(ThreadId id, const RegisterLayout& layout);

  /// It could not be resumed because it has been killed; its end is yet to be seen.
  void dying() { state_ = State::Running; }
  /// The signal the program would have had by now without us: to be delivered when nobody decides any
  /// more. A reported one only if `reported_too` has it.
  Signal owed_signal(const SignalSet& reported_too) const;

  /// What the client last asked of it.
  ResumeAction action;
  ThreadOptions options;
  /// Whether the client's last resume was for this thread too.
  bool scheduled = false;
  /// The client wants it to stop, and to be told so in these words.
  std::optional<StopCause> requested;
  /// Seen, and not told to the client yet.
  std::optional<StopCause> pending;
  /// What the client was last told, for as long as the thread stays stopped.
  std::optional<StopCause> reported;
  /// Reported, but the client has not taken the report in: it cannot mean this thread when it resumes "all".
  bool unheard = false;
  /// Goes to the program when the thread next runs.
  Signal deliver;
  /// Sent to it because the stop could not inject it; passes without a word when it arrives.
  std::optional<Signal> sent;
  /// Stopped for a signal, so that resuming can inject one.
  bool in_signal_stop = false;
  SystemCallState system_call = SystemCallState::Outside;
  /// Stopped by job control: resuming means listening.
  bool group_stopped = false;
  /// Came in while the thread stepped over a breakpoint.
  std::deque<HeldSignal> held_signals;
  /// Where it met a breakpoint and has not moved from since; resuming gets it past that one.
  std::optional<Address> standing_at;
  /// While it runs, and until its stop has been looked at.
  std::optional<Passing> passing;

 private:
  bool comes_again(Signal signal) const;
  void keep_in_system_call(Signal with);
  Result<void> prepare_to_run(const arch::amd64::DebugSlots& slots);

  ThreadId id_;
  Process& process_;
  State state_ = State::Running;
  bool stepping_ = false;
  bool interrupted_ = false;
  bool traced_ = true;
  RegisterFile registers_;
  arch::amd64::DebugSlots applied_{};
};

}  // namespace target
