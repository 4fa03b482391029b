#pragma once

#include <sys/user.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "target/linux/child_events.hpp"
#include "target/linux/ptrace.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "target/types/signal.hpp"
#include "tests/support/fake_kernel/program.hpp"

namespace support {

/// The pages of one address space.
class FakePages {
 public:
  void map(target::Address at) { pages_[at.value / page_bytes]; }
  void unmap(target::Address at) { pages_.erase(at.value / page_bytes); }
  bool mapped(target::Address at) const { return pages_.contains(at.value / page_bytes); }
  std::byte* find(target::Address at);
  std::size_t read(target::Address from, std::span<std::byte> into);
  std::size_t write(target::Address to, std::span<const std::byte> from);
  std::vector<target::AddressRange> ranges() const;

 private:
  std::map<std::uint64_t, std::array<std::byte, page_bytes>> pages_;
};

struct QueuedSignal {
  target::Signal signal;
  int code = 0;  ///< si_code
};

struct FakeProcess;

/// A thread, as the simulated kernel sees it.
struct FakeTask {
  enum class State { Running, Stopped, Zombie };
  enum class How { Continue, Step, ToSyscall };

  target::Tid tid;
  FakeProcess* process = nullptr;
  State state = State::Running;
  How how = How::Continue;
  bool traced = false;

  user_regs_struct registers{};
  std::vector<std::byte> extended;
  std::array<std::uint64_t, 8> debug{};
  std::optional<target::Address> resumed_at;  ///< a hardware breakpoint there has just been reported

  std::deque<QueuedSignal> signals;
  QueuedSignal current;  ///< what it stands for, in a signal-delivery-stop
  bool in_signal_stop = false;
  bool interrupt_requested = false;
  int until_interrupt = 0;      ///< instructions that it still gets round to
  std::optional<target::Signal> joins_group_stop;  ///< as soon as it is resumed
  bool in_group_stop = false;
  bool listening = false;
  std::optional<int> syscall;   ///< has been entered, and is to be returned from
  bool at_syscall_entry = false;
  bool paused = false;
  std::optional<target::Pid> waits_for_vfork;
  std::vector<std::uint64_t> handler_returns;
  std::array<std::byte, target::linux::siginfo_bytes> siginfo{};
  std::uint64_t message = 0;
  int exit_code = 0;

  /// What waitpid has to tell of it.
  std::optional<target::linux::ChildEvent> event;
};

struct FakeEnd {
  bool by_signal = false;
  int number = 0;  ///< exit code or signal
  bool operator==(const FakeEnd&) const = default;
};

struct FakeProcess {
  target::Pid pid;
  std::shared_ptr<FakePages> pages;
  std::string path;
  bool group_stopped = false;
  std::map<int, target::Address> handlers;
  std::optional<target::Tid> vfork_parent;
  std::optional<FakeEnd> ending;  ///< decided, and to be reported by the leader last
};

/// A kernel without a machine: processes whose threads run a few made-up instructions, and ptrace, waitpid,
/// signals and /proc as target/linux shows them. Deterministic: time passes only when somebody looks for an
/// event, once between two looks that find none; then every thread that can runs for some instructions, in order
/// of their ids.
///
/// The one that was made last is the one that target/ talks to.
class FakeKernel {
 public:
  FakeKernel();
  ~FakeKernel();
  FakeKernel(const FakeKernel&) = delete;
  FakeKernel& operator=(const FakeKernel&) = delete;
  static FakeKernel& instance();

  // What a test arranges.

  /// A program that launch() finds as /bin/NUMBER, and Exec by its number.
  void install(int number, Program program) { images_[number] = std::move(program); }
  /// These programs are of 32 bits: their paths.
  std::set<std::string> narrow;
  /// A process that nobody traces, with one thread at each of these places in its text.
  target::Pid start(const Program& program, std::vector<std::uint64_t> threads = {0});
  void set_handler(target::Pid pid, target::Signal signal, std::uint64_t offset);
  void send(target::Tid to, target::Signal signal, int code = -6 /* SI_TKILL */);
  void kill(target::Pid pid);
  /// Nothing runs until somebody asks for an event.
  void run();

  int instructions_a_turn = 50;
  /// How many a running thread still gets round to after it was interrupted.
  int instructions_after_interrupt = 0;
  /// How many looks for an event still find one because threads run between any two of them.
  int busy_looks = 0;
  /// A seccomp filter lets no program make a system call for its tracer. By default what the
  /// environment says, so that all tests can be run both ways.
  bool filters_system_calls = std::getenv("FAKE_SECCOMP") != nullptr;
  /// Of a birth, the new task's stop is reported before its parent's event.
  bool newborn_first = false;
  /// Threads that get no processor: they notice signals and interrupts, and run nothing.
  std::set<target::Tid> frozen;
  /// Threads that no interrupt reaches (state D).
  std::set<target::Tid> uninterruptible;

  // What a test looks at.

  std::uint8_t data_at(target::Pid pid, std::uint64_t offset);
  std::uint8_t text_at(target::Pid pid, std::uint64_t offset);
  target::Address pc_of(target::Tid tid);
  bool alive(target::Pid pid) const;
  /// How a process that is gone ended.
  std::optional<FakeEnd> end_of(target::Pid pid) const;
  std::vector<target::Tid> tasks_of(target::Pid pid) const;
  bool running(target::Tid tid) const;
  bool traced(target::Tid tid) const;

  // What the files beside this one, which stand for target/linux, are made of.

  FakeTask* task(target::Tid tid);
  /// Null unless it stands in a ptrace-stop.
  FakeTask* stopped_task(target::Tid tid);
  FakeProcess* process(target::Pid pid);
  std::vector<target::Pid> processes_running(const std::string& path) const;
  std::optional<target::linux::ChildEvent> take_event();
  std::optional<target::linux::ChildEvent> take_event_of(target::Tid tid);
  bool event_waits() const;
  target::Result<target::Pid> launch(const std::string& program);
  target::Result<void> seize(target::Tid tid);
  target::Result<void> interrupt(target::Tid tid);
  target::Result<void> resume(target::Tid tid, FakeTask::How how, target::Signal deliver);
  target::Result<void> listen(target::Tid tid);
  target::Result<void> detach(target::Tid tid, target::Signal deliver);
  target::Result<void> signal_task(target::Tid tid, target::Signal signal);
  target::Result<void> signal_process(target::Pid pid, target::Signal signal);

 private:
  FakeProcess& add_process(const Program& program, std::string path);
  FakeTask& add_task(FakeProcess& process, target::Tid tid, std::uint64_t offset);
  void load(FakeProcess& process, const Program& program);
  int next_id() { return next_id_++; }

  void report(FakeTask& task, const target::linux::ChildEvent& event);
  void stop(FakeTask& task, target::Signal signal, target::linux::PtraceEvent event);
  void set_going(FakeTask& task, FakeTask::How how, target::Signal deliver);
  void queue(FakeTask& task, target::Signal signal, int code);
  void deliver(FakeTask& task, target::Signal signal);
  void begin_group_stop(FakeProcess& process, target::Signal signal);
  void continue_group(FakeProcess& process);

  void run_task(target::Tid tid);
  bool attend_to_signals(FakeTask& task);
  bool execute(FakeTask& task);
  bool perform(FakeTask& task, Op op, std::uint8_t operand);
  bool breaks_before(FakeTask& task);
  void watch_store(FakeTask& task, target::Address at);
  void trap(FakeTask& task, int code);
  bool stop_at_syscall(FakeTask& task, int number, bool entry);

  void clone(FakeTask& parent, std::uint64_t offset);
  void fork(FakeTask& parent, bool shares_memory);
  void exec(FakeTask& task, int image);
  void announce_birth(FakeTask& parent, FakeTask& child, target::linux::PtraceEvent event);
  void release_vfork_parent(FakeProcess& child);
  void exit_task(FakeTask& task, int code);
  void end_process(FakeProcess& process, FakeEnd end);
  void remove_task(target::Tid tid);

  std::map<target::Tid, std::unique_ptr<FakeTask>> tasks_;
  std::map<target::Pid, std::unique_ptr<FakeProcess>> processes_;
  std::map<target::Pid, FakeEnd> ends_;
  std::map<int, Program> images_;
  std::deque<target::Tid> reports_;  ///< tasks with an event, in the order in which it happened
  bool has_run_ = false;  ///< since somebody last looked in vain
  int next_id_ = 100;
  FakeKernel* previous_ = nullptr;
};

}  // namespace support
