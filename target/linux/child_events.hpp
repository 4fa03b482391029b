#pragma once

#include <signal.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "target/linux/file_descriptor.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "target/types/signal.hpp"

namespace target::linux {

enum class PtraceEvent { None, Fork, Vfork, Clone, Exec, VforkDone, Seccomp, Stop };

/// One answer of waitpid(2), decoded.
struct ChildEvent {
  enum class Kind { Exited, Killed, Stopped };

  Tid tid;
  Kind kind = Kind::Stopped;
  int exit_code = 0;                         ///< Exited
  Signal signal;                             ///< Killed: by; Stopped: with
  PtraceEvent event = PtraceEvent::None;     ///< Stopped
};

/// The only caller of waitpid. SIGCHLD is blocked and read from a descriptor, so that the event loop can
/// sleep on it together with its sockets.
///
/// A pidfd does not become readable for ptrace stops, and SIGCHLD coalesces, so every wake-up asks until
/// nothing is left.
class ChildEvents {
 public:
  /// Blocks SIGCHLD in this process.
  static Result<ChildEvents> open();
  /// What a child has to do before it execs: it gets the mask that we had before open().
  void restore_mask() const;

  /// Readable when something may have happened.
  int descriptor() const { return signals_.get(); }
  void clear_descriptor();

  /// The next event of any child, or nothing now. In a kernel with n tracees this costs O(n).
  std::optional<ChildEvent> poll_any();
  /// The next event of one thread, or nothing now; O(1).
  std::optional<ChildEvent> poll(Tid tid);
  /// Sleeps until any child has an event; nothing if a signal handler of this process ran first.
  std::optional<ChildEvent> wait_any();
  /// Sleeps until one thread has an event. Only for threads that are certain to stop or die soon.
  std::optional<ChildEvent> wait(Tid tid);

  /// Whoever polls next is to see this event.
  void put_back(const ChildEvent& event) { returned_.push_back(event); }

  /// Sleeps until SIGCHLD arrives or the time is up; true if it arrived.
  bool wait_for_signal(std::chrono::microseconds at_most);

 private:
  ChildEvents(FileDescriptor signals, const sigset_t& original_mask)
      : signals_(std::move(signals)), original_mask_(original_mask) {}
  FileDescriptor signals_;
  sigset_t original_mask_;
  std::deque<ChildEvent> returned_;
};

}  // namespace target::linux
