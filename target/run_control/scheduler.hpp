#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "target/linux/child_events.hpp"
#include "target/linux/precedence.hpp"
#include "target/process.hpp"
#include "target/run_control/newborns.hpp"
#include "target/run_control/step_over.hpp"
#include "target/stops/classify.hpp"
#include "target/stops/policy.hpp"
#include "target/types/observer.hpp"
#include "target/types/resume_plan.hpp"
#include "target/types/stop_event.hpp"

namespace target::run_control {

/// Hears of what the programs do.
class StopListener {
 public:
  virtual ~StopListener() = default;
  /// In all-stop mode when every thread stands still.
  virtual void stopped(const StopEvent& event) = 0;
  /// By a command of a breakpoint.
  virtual void printed(std::string_view text) = 0;
  /// A process that stands still is about to go on without us. True if its terminal has been hung up for that.
  virtual void letting_go(const Process&) {}
};

/// All-stop: a stop that a client is to hear of halts every thread first, and stops of other threads wait in
/// them until the next resume. Non-stop: every stop is told at once, and concerns its thread alone.
enum class Mode { AllStop, NonStop };

/// What a program does once it has been let go.
enum class After { GoesOn, StaysStopped };

/// Runs and stops the threads of all processes.
class Scheduler {
 public:
  Scheduler(ProcessTable& table, linux::ChildEvents& events) : table_(table), events_(events) {}

  void set_listener(StopListener* listener) { listener_ = listener; }
  void set_observer(Observer* observer) { observer_ = observer; }

  stops::Wishes wishes;
  /// See StopFacts::claims_foreign_traps.
  bool claims_foreign_traps = false;

  /// ESRCH if the plan names a thread that is not there, EBUSY if threads are running. Otherwise the
  /// listener hears of a stop later, or at once where one had been waiting.
  Result<void> resume(const ResumePlan& plan);
  /// Stops everything and reports an Interrupted thread; nothing happens if all are halted already.
  void interrupt();
  /// Takes in what has happened to the children. False if nothing has; true calls for another look.
  bool collect();
  /// Sleeps until there is something to collect, and collects it. False if no thread runs, or a signal handler of this
  /// process ran instead.
  bool wait();
  /// The client has taken a report in. In all-stop mode that goes without saying.
  void heard(const StopEvent& event);
  bool halted() const { return mode_ == Mode::NonStop ? running_ == 0 : phase_ == Phase::Halted; }

  /// How long to leave the processor to many threads that are about to stop; 0 if there are none such.
  ///
  /// Each look at n threads costs n system calls, and under load whoever uses the processor waits for it
  /// afterwards in proportion to the threads that want it (EEVDF, Linux 6.6): looking after every SIGCHLD
  /// made a halt of 100 busy threads longer, not shorter.
  std::chrono::microseconds patience() const;
  /// So many threads run, or are the last ones to stop of so many, that the server takes precedence over them: yielding the
  /// processor would not let them have it.
  bool leads_a_crowd() const { return crowded() || precedence_.held(); }

  Mode mode() const { return mode_; }
  /// Every thread is halted by this.
  void set_mode(Mode mode);
  /// Every stopped thread of a process is reported, as if it had been told to stop; non-stop only.
  void tell_of_all(Pid pid);
  /// Sets going again what halt() has stopped; non-stop only.
  void resume_halted();
  /// Running threads take the process's debug registers over now, not when they next stop.
  void refresh_debug_registers(Process& process);

  /// Stops everything and reports nothing. False if some thread did not stop in time (state D).
  bool halt(std::chrono::milliseconds at_most);
  /// The client has gone: every trap and debug register is cleared, and attached processes go on with nobody
  /// listening; waiting signals are delivered, other stops forgotten. Launched ones stay as they are.
  void leave_unattended();

  /// A thread that has just been seized or launched; in which state it is, it knows.
  void adopt(Thread& thread);
  /// Threads must be halted. No trap and no debug register stays behind.
  void detach(Process& process, const SignalSet& program_signals, After after = After::GoesOn);
  /// SIGKILL, and waits until nothing is left.
  void kill(Process& process);

 private:
  // Up to so many running threads, asking for the event of any of them is as quick as asking for each.
  static constexpr std::size_t few_threads = 8;
  // A storm of signals that nobody is told of must not keep the client waiting.
  static constexpr int events_a_look = 1000;

  enum class Phase { Halted, Running, Halting };

  void take(const linux::ChildEvent& event);
  void thread_stopped(Thread& thread, const linux::ChildEvent& event);
  void thread_ended(Thread& thread, const linux::ChildEvent& event);
  void on(Thread& thread, const StopCause& seen);
  void on(Thread& thread, const stops::Attention& attention);
  void on(Thread& thread, const stops::GroupStop& stop);
  void on(Thread& thread, const stops::ThreadBorn& born);
  void on(Thread& thread, const stops::ProcessBorn& born);
  void on(Thread& thread, const stops::VforkEnded& ended);
  void on(Thread& thread, const stops::ImageReplaced& replaced);

  void report(const StopEvent& event);
  void begin_halting();
  void advance();
  void finish_halting();
  bool all_still();
  bool poll_running_threads();
  std::optional<StopEvent> next_event();
  void report_others(const StopEvent& first);
  std::optional<StopEvent> waiting_event();
  bool still_true(Thread& thread);
  bool claims_foreign_traps_at(Thread& thread, Address at) const;
  bool lets_trap_in(Thread& thread);
  stops::Circumstances circumstances(Thread& thread, const StopCause& cause) const;
  void pass_by(Thread& thread, Address at);
  bool stops_program(Thread& thread, const StopCause& cause) const;
  bool is_what_we_sent(Thread& thread, const StopCause& cause);
  Thread& any_thread() const;
  bool anything_scheduled() const;
  bool crowded() const { return running_ > few_threads; }
  Result<void> resume_non_stop(const ResumePlan& plan);
  void interrupt_one();
  void tell_waiting();
  void stop_process(const StopEvent& event);
  void tell_if_still(Pid pid);
  bool needs_step_over(Thread& thread) const;
  void report_later(const StopEvent& event);
  void tell(const StopEvent& event);

  Result<void> check(const ResumePlan& plan) const;
  void schedule(const ResumePlan& plan);
  void start();
  void run_scheduled();
  void go_on(Thread& thread);
  void run(Thread& thread, ResumeHow how);
  ResumeHow planned(const Thread& thread) const;
  void hold_child(Thread& parent, const stops::ProcessBorn& born);
  void hold_clone(Thread& parent, Thread& child);
  void send(Thread& thread, Signal signal);

  std::optional<Passing> way_past(Thread& thread);
  void go_past(Thread& thread, const Passing& passing);
  void set_going(Thread& thread);
  void settle(Thread& thread, const linux::ChildEvent& event);
  void settle_ended(Thread& thread);
  void begin_turns();
  void next_turn();
  void hold_everything();
  bool holds_back(Thread& thread, const StopCause& cause);
  Signal take_held_signal(Thread& thread);
  void send_held_signals(Thread& thread);

  std::vector<Pid> untold_children(const Process& process) const;
  void lift_patches(Process& process);
  void give_back_pages(Process& process);
  void forget(Process& process);
  void recount();
  void mind_the_crowd();

  ProcessTable& table_;
  linux::ChildEvents& events_;
  StopListener* listener_ = nullptr;
  Observer* observer_ = nullptr;
  Mode mode_ = Mode::AllStop;
  Phase phase_ = Phase::Halted;
  bool silent_ = false;            // halting for halt(), not for a report
  std::size_t running_ = 0;        // threads in State::Running
  ResumePlan plan_;
  Turns turns_;
  Newborns newborns_;
  linux::Precedence precedence_;  // while many threads run
  std::optional<StopEvent> chosen_;   // to be reported when all threads stand still
  /// Non-stop by processes: what is to be told once all of a process stands still.
  std::map<Pid, std::vector<StopEvent>> stopping_;
  std::deque<StopEvent> endings_;     // processes that ended meanwhile
  Tid last_told_;
};

}  // namespace target::run_control
