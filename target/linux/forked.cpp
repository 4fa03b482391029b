#include "target/linux/forked.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <span>

#include "target/arch/amd64/system_calls.hpp"
#include "target/linux/file_descriptor.hpp"
#include "target/linux/proc_fs.hpp"
#include "target/linux/ptrace.hpp"
#include "target/linux/send_signal.hpp"

namespace target::linux {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds patience{500};

bool stands_still(Tid tid, ChildEvents& events) {
  const auto event = events.wait(tid);
  return event && event->kind == ChildEvent::Kind::Stopped;
}

// Whoever writes to the program's memory now makes new pages: should there be none, the copy is to go, not the program.
void die_first_without_memory(Pid pid) {
  const FileDescriptor file(open(("/proc/" + std::to_string(pid.value) + "/oom_score_adj").c_str(), O_WRONLY | O_CLOEXEC));
  (void)!write(file.get(), "1000", 4);
}

}  // namespace

Result<Forked> Forked::make(Tid thread, ChildEvents& events, Address syscall_instruction) {
  // Should we be killed before the copy is bound to us, then it dies of this stack at its first return.
  constexpr std::uint64_t no_stack = 8;
  std::optional<Pid> born;
  const auto known_as = call_in(thread, events, syscall_instruction, {SYS_clone, {CLONE_FILES, no_stack}}, &born);
  if (!born && !known_as) return failure(known_as.error().code, "it cannot be forked: " + describe_errno(known_as.error().code));
  if (!born) return failure(ENOTSUP, "it cannot be forked: the kernel does not tell of the copy");
  Forked copy(events, *born, known_as.value_or(0), syscall_instruction);
  if (!stands_still(copy.task(), events) || !known_as) return failure(ESRCH, "it has been killed while it was forked");
  return copy;
}

void Forked::settle() {
  ptrace(PTRACE_SETOPTIONS, pid_.value, 0, PTRACE_O_EXITKILL);
  die_first_without_memory(pid_);
  // Its table of files is the program's until here, so that nothing has been opened twice; now it is an empty one of its own.
  (void)call_in(task(), *events_, syscall_instruction_, {SYS_close_range, {0, ~0u, CLOSE_RANGE_UNSHARE}});
}

void Forked::end() {
  if (pid_ == Pid{}) return;
  (void)send_signal(pid_, Signal{SIGKILL});
  while (stands_still(task(), *events_)) continue;
  pid_ = {};
}

RemoteCall Forked::forgetting() const { return {SYS_wait4, {known_as_, 0, __WCLONE | WNOHANG, 0}}; }

namespace {

// As what a stop has ended with EINTR is made again by who stops threads for longer.
void make_ended_call_again(Tid tid) {
  user_regs_struct registers{};
  const auto bytes = std::as_writable_bytes(std::span(&registers, 1));
  if (!get_general_registers(tid, bytes) || !arch::amd64::ended_by_stop(registers)) return;
  registers.rax = arch::amd64::made_again_unless_handled;
  (void)set_general_registers(tid, bytes);
}

/// A thread that is stopped for a moment; no event of it but the stop can come in between.
class Borrowed {
 public:
  Borrowed(Tid tid, ChildEvents& events) : tid_(tid), seized_(ptrace(PTRACE_SEIZE, tid.value, 0, 0) == 0) {
    if (seized_ && interrupt(tid)) stopped_ = stops_soon(events);
  }
  ~Borrowed() {
    if (stopped_) (void)detach(tid_, owed_);
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  bool stopped() const { return stopped_; }

 private:
  bool stops_soon(ChildEvents& events) {
    for (const auto deadline = Clock::now() + patience; Clock::now() < deadline;) {
      const auto event = events.poll(tid_);
      if (!event) {
        events.wait_for_signal(std::chrono::milliseconds(1));
        continue;
      }
      if (event->event == PtraceEvent::None)
        owed_ = event->signal;
      else
        make_ended_call_again(tid_);
      return event->kind == ChildEvent::Kind::Stopped;
    }
    return false;
  }

  Tid tid_;
  bool seized_;
  bool stopped_ = false;
  Signal owed_;
};

bool may_stop(ThreadId thread) {
  const auto state = task_state(thread).value_or('X');
  return state != 'D' && state != 'Z' && state != 'X';
}

}  // namespace

Result<std::chrono::microseconds> call_in_passing(Pid pid, ChildEvents& events, const RemoteCall& call) {
  const auto tids = threads_of(pid);
  if (!tids) return tl::unexpected(tids.error());
  for (const Tid tid : *tids) {
    if (!may_stop({pid, tid}) || filters_system_calls(tid)) continue;
    const auto begin = Clock::now();
    Result<std::uint64_t> result;
    {
      const Borrowed thread(tid, events);
      const auto instruction = thread.stopped() ? find_syscall_instruction(tid) : std::nullopt;
      if (!instruction) continue;
      result = call_in(tid, events, *instruction, call);
    }
    if (!result && result.error().code == ESRCH) continue;
    if (!result) return tl::unexpected(result.error());
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
  }
  return failure(EBUSY, "no thread of process " + std::to_string(pid.value) + " can be made to call");
}

}  // namespace target::linux
