#include "target/run_control/scheduler.hpp"

#include <csignal>
#include <thread>
#include <vector>

#include "target/linux/send_signal.hpp"
#include "target/run_control/collect.hpp"
#include "target/run_control/hit_environment.hpp"

namespace target::run_control {

Result<void> Scheduler::check(const ResumePlan& plan) const {
  using Match = ThreadSelector::Match;
  if (mode_ == Mode::AllStop && phase_ != Phase::Halted)
    return failure(EBUSY, "the program is running already; interrupt it first");
  if (plan.entries.empty()) return failure(EINVAL, "a resume needs at least one action");
  for (const auto& [threads, action] : plan.entries) {
    // Who is to stop may have ended before the client could hear of that: then there is nothing left to do.
    if (mode_ == Mode::NonStop && action.kind == ResumeAction::Kind::Stop) continue;
    if (table_.empty()) return failure(ESRCH, "no process is being debugged; use run or attach");
    if (threads.process_match == Match::One && table_.find(threads.pid) == nullptr)
      return failure(ESRCH, "no process " + std::to_string(threads.pid.value) + " is being debugged");
    if (threads.thread_match != Match::One) continue;
    const Thread* thread = table_.find(threads.tid);
    if (thread == nullptr || !threads.matches(thread->id()))
      return failure(ESRCH, "no thread " + std::to_string(threads.tid.value) + " is being debugged");
  }
  return {};
}

void Scheduler::schedule(const ResumePlan& plan) {
  plan_ = plan;
  table_.for_each_thread([&](Thread& thread) {
    const auto* action = plan_.action_for(thread.id());
    thread.scheduled = action != nullptr && action->kind != ResumeAction::Kind::Stop;
    if (!thread.scheduled) return;
    thread.action = *action;
    if (action->signal) thread.deliver = action->signal;
  });
}

Result<void> Scheduler::resume(const ResumePlan& plan) {
  if (mode_ == Mode::AllStop && phase_ == Phase::Halted && !endings_.empty()) {
    tell(*waiting_event());
    return {};
  }
  if (auto checked = check(plan); !checked) return checked;
  if (mode_ == Mode::NonStop) return resume_non_stop(plan);
  schedule(plan);
  if (auto event = waiting_event()) {
    tell(*event);
    return {};
  }
  if (!anything_scheduled()) return failure(EINVAL, "the resume sets no thread going");
  start();
  advance();
  return {};
}

void Scheduler::interrupt() {
  if (mode_ == Mode::NonStop) return interrupt_one();
  if (phase_ != Phase::Running) return;
  Thread* chosen = nullptr;
  table_.for_each_thread([&](Thread& thread) {
    if (chosen == nullptr && thread.running() && thread.scheduled) chosen = &thread;
  });
  if (chosen == nullptr) return;
  report({chosen->id(), Interrupted{}});
  advance();
}

bool Scheduler::collect() {
  bool progress = phase_ == Phase::Halting && poll_running_threads();
  const bool was_halted = halted();
  // The usual stop is that of the only running thread: then nothing more can be waiting.
  for (int seen = 0; seen < events_a_look && (was_halted || running_ > 0 || newborns_.waiting()); ++seen) {
    const auto event = events_.poll_any();
    if (!event) break;
    take(*event);
    progress = true;
  }
  advance();
  return progress;
}

bool Scheduler::wait() {
  if (running_ == 0 && !newborns_.waiting()) return false;
  if (const auto many = patience(); many.count() > 0) {
    std::this_thread::sleep_for(many);
    collect();
    return true;
  }
  const auto event = events_.wait_any();
  if (!event) return false;
  take(*event);
  advance();
  return true;
}

// waitpid(-1) looks at every tracee for each event, waitpid(tid) at one: with 4000 threads to be stopped
// that is the difference between 363 and 27 ms.
bool Scheduler::poll_running_threads() {
  bool any = false;
  for (bool progress = true; progress && running_ > few_threads; any |= progress) {
    std::vector<Tid> waited_for;
    table_.for_each_thread([&](Thread& thread) {
      if (thread.running()) waited_for.push_back(thread.id().tid);
    });
    progress = false;
    for (const Tid tid : waited_for)
      if (const auto event = events_.poll(tid)) {
        progress = true;
        take(*event);
      }
  }
  return any;
}

void Scheduler::take(const linux::ChildEvent& event) {
  Thread* thread = table_.find(event.tid);
  const bool stopped = event.kind == linux::ChildEvent::Kind::Stopped;
  if (thread == nullptr)
    stopped ? newborns_.stopped(event) : newborns_.gone(event.tid);
  else if (stopped)
    thread_stopped(*thread, event);
  else
    thread_ended(*thread, event);
}

namespace {

SystemCallState system_call_state(const stops::StopFacts& facts) {
  const auto event = facts.event.event;
  if (event == linux::PtraceEvent::Exec) return SystemCallState::AtExec;
  if (facts.at_syscall) return facts.syscall_entry ? SystemCallState::Inside : SystemCallState::Leaving;
  const bool outside = event == linux::PtraceEvent::None || event == linux::PtraceEvent::Stop;
  return outside ? SystemCallState::Outside : SystemCallState::Inside;
}

}  // namespace

void Scheduler::thread_stopped(Thread& thread, const linux::ChildEvent& event) {
  if (thread.running()) --running_;
  thread.stopped_now();
  settle(thread, event);
  const auto facts = collect_facts(thread, event, claims_foreign_traps);
  thread.in_signal_stop = event.event == linux::PtraceEvent::None && !facts.at_syscall;
  thread.system_call = system_call_state(facts);
  const auto meaning = stops::classify(facts);
  std::visit([&](const auto& what) { on(thread, what); }, meaning);
}

void Scheduler::thread_ended(Thread& thread, const linux::ChildEvent& event) {
  const ThreadId id = thread.id();
  settle_ended(thread);
  if (thread.running()) --running_;
  Process& process = thread.process();
  if (observer_ != nullptr) observer_->ended(thread, event.kind == linux::ChildEvent::Kind::Killed);
  const bool exit_wanted = wishes.attended && (wishes.thread_events || thread.options.exits);
  table_.remove_thread(thread);
  if (exit_wanted && !process.threads().empty() && id.tid != leader_of(id.pid))
    report({id, ThreadExited{event.kind == linux::ChildEvent::Kind::Exited ? event.exit_code : 0}});
  if (mode_ == Mode::NonStop && running_ == 0 && wishes.attended && process.threads().size() > 1)
    report({any_thread().id(), NothingLeftToRun{}});
  if (!stopping_.empty()) tell_if_still(id.pid);
  Thread* leader = process.leader();
  if (process.threads().size() == 1 && leader != nullptr && leader->state() == Thread::State::Zombie) {
    // Nothing holds the leader's end back any more. One that was dead before we came is the exception:
    // nobody will tell us, and the last thread's status is that of the process.
    if (leader->traced()) {
      leader->dying();
      ++running_;
      return;
    }
  } else if (!process.threads().empty() && id.tid != leader_of(id.pid)) {
    return;
  }
  table_.remove(id.pid);
  recount();
  const StopCause cause = event.kind == linux::ChildEvent::Kind::Exited
                              ? StopCause{ProcessExited{event.exit_code}}
                              : StopCause{ProcessKilled{event.signal}};
  report({id, cause});
}

void Scheduler::on(Thread& thread, const StopCause& seen) {
  if (const auto* hit = std::get_if<SoftwareBreakpointHit>(&seen))
    (void)thread.registers().set_pc(hit->at);
  if (is_what_we_sent(thread, seen)) return go_on(thread);
  StopCause cause = seen;
  if (holds_back(thread, cause)) return go_on(thread);
  if (!thread.held_signals.empty() && !needs_step_over(thread)) {
    if (std::holds_alternative<StepDone>(cause)) cause = SignalStop{take_held_signal(thread)};
    send_held_signals(thread);
  }
  const auto now = circumstances(thread, cause);
  if (const auto* hit = std::get_if<SoftwareBreakpointHit>(&cause); hit != nullptr && !now.stops_program)
    pass_by(thread, hit->at);
  const auto decision = stops::decide(cause, now);
  if (decision.deliver) thread.deliver = decision.deliver;
  switch (decision.verdict) {
    case stops::Verdict::Report:
      report({thread.id(), cause});
      break;
    case stops::Verdict::Swallow:
      go_on(thread);
      break;
    case stops::Verdict::Hold:
      break;
  }
}

// The registers are read only where the decision needs them: a passed signal costs two system calls.
stops::Circumstances Scheduler::circumstances(Thread& thread, const StopCause& cause) const {
  stops::Circumstances now{wishes, thread.action, thread.process().syscalls};
  now.halting = phase_ != Phase::Running || turns_.under_way;
  const auto interest = observer_ != nullptr ? observer_->saw(thread, cause) : Interest::Usual;
  now.stops_program = interest != Interest::None && stops_program(thread, cause);
  now.stop_insisted = interest == Interest::Stop;
  const auto* stop = std::get_if<SignalStop>(&cause);
  const bool fault = stop != nullptr && (stop->signal.number == SIGSEGV || stop->signal.number == SIGILL ||
                                         stop->signal.number == SIGBUS || stop->signal.number == SIGTRAP);
  if (fault || thread.action.kind == ResumeAction::Kind::StepRange)
    now.pc = thread.registers().pc().value_or(Address{});
  now.at_breakpoint = fault && thread.process().space().breakpoints().armed(now.pc);
  return now;
}

/// Of a breakpoint that nobody is told of. An int3 of the program's own under it would only be met again: gdb goes
/// on behind it too.
void Scheduler::pass_by(Thread& thread, Address at) {
  if (thread.process().space().breakpoints().hides_trap(at))
    (void)thread.registers().set_pc(at + 1);
  else
    thread.standing_at = at;
}

bool Scheduler::stops_program(Thread& thread, const StopCause& cause) const {
  auto& space = thread.process().space();
  const auto* trap = std::get_if<SoftwareBreakpointHit>(&cause);
  const auto* rules = trap != nullptr ? space.breakpoints().rules_at(trap->at) : space.watch_slots().rules_for(cause);
  if (rules == nullptr) return true;
  HitEnvironment environment(thread, [this](std::string_view text) {
    if (listener_ != nullptr) listener_->printed(text);
  });
  return rules->stops(environment);
}

// A signal that the client wanted delivered at a stop which could not inject it comes back here.
bool Scheduler::is_what_we_sent(Thread& thread, const StopCause& cause) {
  const auto* stop = std::get_if<SignalStop>(&cause);
  if (stop == nullptr || !thread.sent || *thread.sent != stop->signal) return false;
  thread.sent.reset();
  thread.deliver = stop->signal;
  return true;
}

void Scheduler::on(Thread& thread, const stops::Attention&) {
  (void)thread.registers().make_ended_call_again();
  if (lets_trap_in(thread)) return;
  const bool is_born = thread.requested && std::holds_alternative<ThreadCreated>(*thread.requested);
  if (is_born) return report({thread.id(), *std::exchange(thread.requested, std::nullopt)});
  if (thread.requested && phase_ == Phase::Running) return report({thread.id(), *thread.requested});
  go_on(thread);
}

// The kernel reports an interrupt before the signals that are queued. A thread that had just met a trap
// would then stand behind our int3 with its SIGTRAP still to come: without us, or without the trap in
// memory, that signal would kill it. Seen in 1 of 40 stops of busy threads, Linux 6.18.
bool Scheduler::lets_trap_in(Thread& thread) {
  if (phase_ == Phase::Running) return false;
  const auto& breakpoints = thread.process().space().breakpoints();
  const auto pc = thread.registers().pc();
  const bool possible = thread.may_owe_trap() || (pc && breakpoints.armed(*pc - 1));
  if (!possible || !linux::trap_is_queued(thread.id().tid)) return false;
  (void)thread.registers().flush();
  if (!thread.let_trap_in()) thread.dying();
  ++running_;
  return true;
}

void Scheduler::on(Thread& thread, const stops::GroupStop&) {
  thread.group_stopped = true;
  if (thread.requested && phase_ == Phase::Running) return report({thread.id(), *thread.requested});
  go_on(thread);
}

void Scheduler::start() {
  for (const auto& [pid, process] : table_.all()) {
    process->space().breakpoints().commit();
    if (process->out_of_line().crowded() && !process->any_running()) process->out_of_line().forget_copies();
  }
  phase_ = Phase::Running;
  if (mode_ == Mode::NonStop) tell_waiting();
  begin_turns();
  if (!turns_.under_way) run_scheduled();
}

void Scheduler::run_scheduled() {
  table_.for_each_thread([&](Thread& thread) {
    if (thread.scheduled && thread.stopped()) set_going(thread);
  });
}

/// After a stop that nobody needs to hear of.
void Scheduler::go_on(Thread& thread) {
  if (phase_ != Phase::Running || !thread.scheduled) return send_held_signals(thread);
  // The others run when the turns are over.
  if (!turns_.under_way || turns_.concerns(thread.id())) set_going(thread);
}

ResumeHow Scheduler::planned(const Thread& thread) const {
  if (thread.action.steps()) return ResumeHow::Step;
  const auto& process = thread.process();
  if (!process.syscalls.catches_any()) return ResumeHow::Continue;
  // A seccomp filter stops the thread at the next entry by itself; what is left to ask for is the return.
  const bool returns = thread.system_call != SystemCallState::Outside && thread.system_call != SystemCallState::Leaving;
  return process.seccomp_tells_entries && !returns ? ResumeHow::Continue : ResumeHow::ToSyscall;
}

void Scheduler::run(Thread& thread, ResumeHow how) {
  const auto& slots = thread.process().space().watch_slots().registers();
  if (thread.deliver && !thread.in_signal_stop) {
    // Only a signal-delivery-stop can inject a signal (ptrace(2)); elsewhere it has to be sent.
    send(thread, thread.deliver);
    thread.deliver = {};
  }
  const bool listens = thread.group_stopped && !thread.deliver;
  const auto gone = listens ? thread.listen(slots) : thread.resume(how, slots);
  // A killed thread cannot be resumed; its end is on its way and counts as running until it is seen.
  if (!gone) thread.dying();
  ++running_;
  // The stop that has just been passed over took the request to stop with it.
  if (thread.requested) thread.interrupt();
}

void Scheduler::send(Thread& thread, Signal signal) {
  thread.sent = signal;
  if (!linux::send_signal(thread.id(), signal)) thread.sent.reset();
}

void Scheduler::leave_unattended() {
  set_mode(Mode::AllStop);
  wishes = {};
  claims_foreign_traps = false;
  ResumePlan plan;
  for (const auto& [pid, process] : table_.all()) {
    process->space().breakpoints().remove_unattended();
    process->space().watch_slots().clear();
    process->syscalls = SyscallFilter::none();
    if (process->origin() == Origin::Attached) plan.entries.push_back({ThreadSelector::whole(pid), {}});
  }
  schedule(plan);
  if (plan.entries.empty()) return;
  table_.for_each_thread([](Thread& thread) {
    if (!thread.scheduled) return;
    thread.deliver = thread.owed_signal(SignalSet::every());
    thread.pending.reset();
  });
  start();
  advance();
}

void Scheduler::adopt(Thread& thread) {
  if (thread.running()) ++running_;
  mind_the_crowd();
}

void Scheduler::recount() {
  running_ = 0;
  table_.for_each_thread([this](Thread& thread) { running_ += thread.running() ? 1 : 0; });
  mind_the_crowd();
}

// Of the last few that are being stopped, each one may still have all others' time slices before it.
void Scheduler::mind_the_crowd() {
  if (crowded())
    precedence_.hold(true);
  else if (running_ == 0 || phase_ == Phase::Running)
    precedence_.hold(false);
}

}  // namespace target::run_control
