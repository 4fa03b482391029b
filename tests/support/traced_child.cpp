#include "tests/support/traced_child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "target/linux/proc_fs.hpp"
#include "target/linux/ptrace.hpp"

namespace support {

using namespace target;
using linux::task_status;
using linux::threads_of;

namespace {

constexpr unsigned longest_life = 60;  // seconds

void insist(bool fine, const char* what) {
  if (fine) return;
  std::perror(what);
  std::abort();
}

void unblock_all_signals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

linux::ChildEvents& child_events() {
  static auto events = linux::ChildEvents::open();
  insist(events.has_value(), "child events");
  return *events;
}

Bell::Bell() { insist(pipe2(ends_, O_CLOEXEC) == 0, "pipe"); }

Bell::~Bell() {
  close(ends_[0]);
  close(ends_[1]);
}

void Bell::ring() { insist(write(ends_[1], "!", 1) == 1, "ring"); }

bool Bell::await() {
  char byte = 0;
  ssize_t got = 0;
  do {
    got = read(ends_[0], &byte, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

ForkedChild::ForkedChild(const std::function<int()>& body) {
  std::fflush(nullptr);
  pid_ = Pid{fork()};
  insist(pid_.value >= 0, "fork");
  if (pid_.value > 0) return;
  unblock_all_signals();
  alarm(longest_life);
  _exit(body());
}

// A test may leave it traced by us, in several threads: the kernel keeps the leader's end back until each of
// the others has been reaped.
ForkedChild::~ForkedChild() {
  if (ended_) return;
  kill(pid_.value, SIGKILL);
  while (task_status(leader_of(pid_))) {
    for (const Tid tid : threads_of(pid_).value_or(std::vector<Tid>{}))
      waitpid(tid.value, nullptr, __WALL | WNOHANG);
    usleep(100);
  }
}

int ForkedChild::wait_for_end() {
  while (!ended_) {
    int status = 0;
    const int reaped = waitpid(pid_.value, &status, __WALL);
    if (reaped < 0 && errno == EINTR) continue;
    ended_ = reaped < 0 || WIFEXITED(status) || WIFSIGNALED(status);
    if (reaped < 0) return -1;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
  }
  return -1;
}

TracedChild::TracedChild(const std::function<int()>& body)
    : child_([this, &body] { return go_.await() ? body() : 127; }) {
  insist(linux::seize(tid(), linux::Ending::DiesWithServer).has_value(), "seize");
  insist(linux::interrupt(tid()).has_value(), "interrupt");
  insist(wait().kind == linux::ChildEvent::Kind::Stopped, "stop");
  go_.ring();
}

linux::ChildEvent TracedChild::wait() {
  const auto event = child_events().wait(tid());
  insist(event.has_value(), "wait");
  if (event->kind != linux::ChildEvent::Kind::Stopped) child_.has_ended();
  return *event;
}

linux::ChildEvent TracedChild::resume_and_wait(Signal deliver) {
  insist(linux::resume(tid(), deliver).has_value(), "resume");
  return wait();
}

linux::ChildEvent TracedChild::step_and_wait(Signal deliver) {
  insist(linux::single_step(tid(), deliver).has_value(), "step");
  return wait();
}

}  // namespace support
