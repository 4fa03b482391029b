#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "target/core/core_file.hpp"
#include "target/core/frozen.hpp"
#include "target/linux/child_events.hpp"
#include "target/linux/launch.hpp"
#include "target/process.hpp"
#include "target/run_control/scheduler.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "target/types/resume_plan.hpp"

namespace target {

using linux::LaunchSpec;
using linux::PseudoTerminal;
using linux::Stdio;
using run_control::After;
using run_control::StopListener;

struct LaunchOutcome {
  Process* process = nullptr;
  bool still_randomized = false;
  std::optional<PseudoTerminal> terminal;  ///< of its own, if it was to have one
};

enum class AtTheEnd { LaunchedDie, LaunchedGoOn };

/// Every process under control; may be none. All of it happens on the thread that made this, because
/// ptrace binds a tracee to the thread that seized it.
class Inferiors {
 public:
  /// Takes over SIGCHLD for this process.
  static Result<std::unique_ptr<Inferiors>> create();

  /// The new process stands at its first instruction.
  Result<LaunchOutcome> launch(const LaunchSpec& spec);
  /// All threads, those born meanwhile included, stand still afterwards.
  Result<Process*> attach(Pid pid);
  /// No trap and no debug register stays behind, and no stop unless asked for; waiting signals are delivered.
  /// Everything must be halted.
  Result<void> detach(Pid pid, After after = After::GoesOn);
  Result<void> kill(Pid pid);
  /// kill(2); seen as a stop like any other signal's.
  Result<void> signal(Pid pid, Signal signal);

  /// Memory in the program, mapped by one of its own threads. ENOTSUP for a 32-bit program, EBUSY where every thread
  /// stands in the middle of a system call.
  Result<Address> allocate(Process& process, std::uint64_t bytes, Permissions permissions);
  /// Only what allocate() gave.
  Result<void> release(Process& process, Address address);

  bool empty() const { return table_.empty(); }
  Process* find(Pid pid) const { return table_.find(pid); }
  Thread* find(ThreadId id) const;
  Thread* find(Tid tid) const { return table_.find(tid); }
  const std::map<Pid, std::unique_ptr<Process>>& processes() const { return table_.all(); }

  void set_listener(StopListener* listener) { scheduler_.set_listener(listener); }
  void set_observer(Observer* observer) { scheduler_.set_observer(observer); }
  stops::Wishes& wishes() { return scheduler_.wishes; }
  /// Signals that a detached program gets although a client saw them and had not resumed yet.
  void set_program_signals(const SignalSet& signals) { program_signals_ = signals; }
  void set_claims_foreign_traps(bool claims) { scheduler_.claims_foreign_traps = claims; }

  Result<void> resume(const ResumePlan& plan) { return scheduler_.resume(plan); }
  void interrupt() { scheduler_.interrupt(); }
  bool halted() const { return scheduler_.halted(); }
  bool halt(std::chrono::milliseconds at_most) { return scheduler_.halt(at_most); }
  run_control::Mode mode() const { return scheduler_.mode(); }
  void heard(const StopEvent& event) { scheduler_.heard(event); }
  /// Every stopped thread of a process is reported, as if it had been told to stop; non-stop only.
  void tell_of_all(Pid pid) { scheduler_.tell_of_all(pid); }
  /// Every thread is halted by this.
  void set_mode(run_control::Mode mode) { scheduler_.set_mode(mode); }
  /// A breakpoint or watchpoint was changed: running threads (non-stop) have to know now.
  void points_changed(Process& process);

  /// A process as it is now, for a core that can be written while it goes on; whatever runs of it stands still for as long
  /// as it takes to fork. Fails with what is in the way of that, and then nothing has happened.
  ///
  /// \param first  the thread that a debugger is to show first
  Result<core::Frozen> freeze(Process& process, Tid first, const core::Foresight& foresight);
  /// Ends the copy, and has the process take notice of that, whether it is under control or not: how long it, or a thread
  /// of it, stood still once more. Otherwise a zombie stays with it.
  Result<std::chrono::microseconds> dismiss(core::Frozen frozen);
  /// Has a core written: of a process whose threads all stand still as it is, else of a copy of it.
  Result<core::Summary> save_core(Process& process, Tid first, const core::Writing& write);
  void leave_unattended() { scheduler_.leave_unattended(); }

  /// Readable when collect() may have something to do.
  int descriptor() const { return events_.descriptor(); }
  /// Takes in whatever has happened; to be called when the descriptor is readable.
  void collect();
  /// See Scheduler::wait.
  bool wait() { return scheduler_.wait(); }
  /// The same without a look at the descriptor. False if nothing has happened.
  bool poll() { return scheduler_.collect(); }

  /// See Scheduler::patience.
  std::chrono::microseconds patience() const { return scheduler_.patience(); }
  /// See Scheduler::leads_a_crowd.
  bool leads_a_crowd() const { return scheduler_.leads_a_crowd(); }

  /// Ends everything: launched processes are killed unless they are to go on, as attached ones do: as if nothing had
  /// been.
  void let_go_of_all(AtTheEnd end = AtTheEnd::LaunchedDie);

 private:
  explicit Inferiors(linux::ChildEvents events)
      : events_(std::move(events)), scheduler_(table_, events_) {}

  Result<void> seize_all_threads(Process& process);
  Result<Thread*> thread_for_calls(Process& process);
  Result<std::uint64_t> call_in(Process& process, const linux::RemoteCall& call);
  Result<core::Frozen> freeze_stopped(Process& process, Tid first, const core::Foresight& foresight);

  linux::ChildEvents events_;
  ProcessTable table_;
  run_control::Scheduler scheduler_;
  SignalSet program_signals_ = SignalSet::every();
};

}  // namespace target
