#pragma once

#include "target/types/stop_event.hpp"

namespace target {

class Thread;

/// What an observer makes of what it has seen.
enum class Interest {
  None,   ///< the program need not stop for it: the thread goes on at once, with the signal if it is one
  Usual,  ///< whatever would have been done without an observer
  Stop,   ///< the program stops
};

/// Sees what threads do while they run, before it is decided whether the program stops for it.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual Interest saw(Thread& thread, const StopCause& cause) = 0;
  /// A thread has made another one in its process, which begins where its maker stands.
  virtual void born(const Thread& thread, Thread& maker) = 0;
  /// The thread is gone; `killed` if a signal did it.
  virtual void ended(const Thread& thread, bool killed) = 0;
};

}  // namespace target
