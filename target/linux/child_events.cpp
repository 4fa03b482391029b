#include "target/linux/child_events.hpp"

#include <linux/ptrace.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace target::linux {
namespace {

sigset_t only_sigchld() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  return set;
}

PtraceEvent ptrace_event(int status) {
  switch (status >> 16) {
    case PTRACE_EVENT_FORK: return PtraceEvent::Fork;
    case PTRACE_EVENT_VFORK: return PtraceEvent::Vfork;
    case PTRACE_EVENT_CLONE: return PtraceEvent::Clone;
    case PTRACE_EVENT_EXEC: return PtraceEvent::Exec;
    case PTRACE_EVENT_VFORK_DONE: return PtraceEvent::VforkDone;
    case PTRACE_EVENT_SECCOMP: return PtraceEvent::Seccomp;
    case PTRACE_EVENT_STOP: return PtraceEvent::Stop;
    default: return PtraceEvent::None;
  }
}

ChildEvent decode(int tid, int status) {
  ChildEvent event{.tid = Tid{tid}};
  if (WIFEXITED(status)) {
    event.kind = ChildEvent::Kind::Exited;
    event.exit_code = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    event.kind = ChildEvent::Kind::Killed;
    event.signal = Signal{WTERMSIG(status)};
  } else {
    event.kind = ChildEvent::Kind::Stopped;
    event.signal = Signal{WSTOPSIG(status)};
    event.event = ptrace_event(status);
  }
  return event;
}

std::optional<ChildEvent> wait_with(int which, int options) {
  int status = 0;
  int tid = 0;
  do {
    tid = waitpid(which, &status, options | __WALL);
  } while (tid < 0 && errno == EINTR);
  if (tid <= 0) return std::nullopt;
  return decode(tid, status);
}

}  // namespace

Result<ChildEvents> ChildEvents::open() {
  const sigset_t set = only_sigchld();
  sigset_t original;
  if (sigprocmask(SIG_BLOCK, &set, &original) != 0) return system_failure("block SIGCHLD");
  FileDescriptor signals(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!signals) return system_failure("open a descriptor for SIGCHLD");
  return ChildEvents(std::move(signals), original);
}

void ChildEvents::restore_mask() const { sigprocmask(SIG_SETMASK, &original_mask_, nullptr); }

void ChildEvents::clear_descriptor() {
  signalfd_siginfo info;
  while (read(signals_.get(), &info, sizeof info) > 0) {
  }
}

std::optional<ChildEvent> ChildEvents::poll_any() {
  if (returned_.empty()) return wait_with(-1, WNOHANG);
  const auto event = returned_.front();
  returned_.pop_front();
  return event;
}

std::optional<ChildEvent> ChildEvents::wait_any() {
  if (!returned_.empty()) return poll_any();
  int status = 0;
  const int tid = waitpid(-1, &status, __WALL);
  if (tid <= 0) return std::nullopt;
  return decode(tid, status);
}

std::optional<ChildEvent> ChildEvents::poll(Tid tid) {
  const auto known = std::find_if(returned_.begin(), returned_.end(), [tid](auto& event) { return event.tid == tid; });
  if (known == returned_.end()) return wait_with(tid.value, WNOHANG);
  const auto event = *known;
  returned_.erase(known);
  return event;
}

std::optional<ChildEvent> ChildEvents::wait(Tid tid) { return wait_with(tid.value, 0); }

bool ChildEvents::wait_for_signal(std::chrono::microseconds at_most) {
  const sigset_t set = only_sigchld();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at_most);
  const timespec limit{.tv_sec = seconds.count(),
                       .tv_nsec = std::chrono::nanoseconds(at_most - seconds).count()};
  return sigtimedwait(&set, nullptr, &limit) == SIGCHLD;
}

}  // namespace target::linux
