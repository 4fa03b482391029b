#pragma once

#include <sys/mman.h>

#include <functional>
#include <new>

#include "target/linux/child_events.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/signal.hpp"

/// The inferior of a unit test is a function in a forked child. Everything that a test has started is ended
/// when its variable goes, and by itself after a minute.
namespace support {

/// One for the whole test program: it reads SIGCHLD.
target::linux::ChildEvents& child_events();

/// Wakes somebody in another process, once a call.
class Bell {
 public:
  Bell();
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  void ring();
  /// False if whoever could ring has gone.
  bool await();

 private:
  int ends_[2];
};

/// A value that a child and its parent see alike.
template <class T>
class Shared {
 public:
  Shared()
      : place_(new (mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) T{}) {}
  ~Shared() { munmap(const_cast<T*>(place_), sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  volatile T& operator*() const { return *place_; }
  target::Address address() const { return {reinterpret_cast<std::uint64_t>(place_)}; }

 private:
  volatile T* place_;
};

/// A child that runs `body` at once; nobody traces it. Its exit code is what the body returns.
class ForkedChild {
 public:
  explicit ForkedChild(const std::function<int()>& body);
  ~ForkedChild();
  ForkedChild(const ForkedChild&) = delete;
  ForkedChild& operator=(const ForkedChild&) = delete;

  target::Pid pid() const { return pid_; }
  target::Tid tid() const { return target::leader_of(pid_); }
  target::ThreadId id() const { return {pid_, tid()}; }

  /// Its end, as whoever reaps it sees it: the exit code, or 128 and the signal's number.
  int wait_for_end();
  /// Somebody else has reaped it.
  void has_ended() { ended_ = true; }

 private:
  target::Pid pid_;
  bool ended_ = false;
};

/// A child that has been seized and stands still before `body`.
class TracedChild {
 public:
  explicit TracedChild(const std::function<int()>& body);

  target::Pid pid() const { return child_.pid(); }
  target::Tid tid() const { return child_.tid(); }
  target::ThreadId id() const { return child_.id(); }

  /// The next thing that happens to it.
  target::linux::ChildEvent wait();
  target::linux::ChildEvent resume_and_wait(target::Signal deliver = {});
  target::linux::ChildEvent step_and_wait(target::Signal deliver = {});
  void has_ended() { child_.has_ended(); }

 private:
  Bell go_;
  ForkedChild child_;
};

}  // namespace support
