#include "target/run_control/scheduler.hpp"

#include <csignal>
#include <vector>

#include "target/linux/proc_fs.hpp"
#include "target/linux/send_signal.hpp"
#include "target/run_control/collect.hpp"

namespace target::run_control {

// ---- from the client

Result<void> Scheduler::check(const ResumePlan& plan) const {
  using Match = ThreadSelector::Match;
  if (table_.empty()) return failure(ESRCH, "no process is being debugged; use run or attach");
  if (mode_ == Mode::AllStop && phase_ != Phase::Halted)
    return failure(EBUSY, "the program is running already; interrupt it first");
  if (plan.entries.empty()) return failure(EINVAL, "a resume needs at least one action");
  for (const auto& [threads, action] : plan.entries) {
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

// ---- from the kernel

bool Scheduler::collect() {
  bool progress = phase_ == Phase::Halting && poll_running_threads();
  const bool was_halted = halted();
  // The usual stop is that of the only running thread: then nothing more can be waiting.
  while (was_halted || running_ > 0 || newborns_.waiting()) {
    const auto event = events_.poll_any();
    if (!event) break;
    take(*event);
    progress = true;
  }
  advance();
  return progress;
}

// waitpid(-1) looks at every tracee for each event, waitpid(tid) at one: with 4000 threads to be stopped
// that is the difference between 363 and 27 ms.
bool Scheduler::poll_running_threads() {
  constexpr std::size_t few = 8;
  bool any = false;
  for (bool progress = true; progress && running_ > few; any |= progress) {
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

void Scheduler::thread_stopped(Thread& thread, const linux::ChildEvent& event) {
  if (thread.running()) --running_;
  thread.stopped_now();
  const auto facts = collect_facts(thread, event, claims_foreign_traps);
  thread.in_signal_stop = event.event == linux::PtraceEvent::None && !facts.at_syscall;
  const auto meaning = stops::classify(facts);
  std::visit([&](const auto& what) { on(thread, what); }, meaning);
}

void Scheduler::thread_ended(Thread& thread, const linux::ChildEvent& event) {
  const ThreadId id = thread.id();
  if (step_over_.concerns(id)) end_step_over(thread);
  if (thread.running()) --running_;
  Process& process = thread.process();
  table_.remove_thread(thread);
  if (mode_ == Mode::NonStop && running_ == 0 && wishes.attended && process.threads().size() > 1)
    report({any_thread().id(), NothingLeftToRun{}});
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
  if (step_over_.concerns(thread.id())) {
    if (holds_back(thread, cause)) return;
    end_step_over(thread);
    if (const auto signal = take_held_signal(thread); signal && std::holds_alternative<StepDone>(cause))
      cause = SignalStop{*signal};
  }
  const bool in_range_step = thread.action.kind == ResumeAction::Kind::StepRange;
  const auto pc = in_range_step ? thread.registers().pc().value_or(Address{}) : Address{};
  const bool held = phase_ != Phase::Running || step_over_.under_way;
  const auto decision = stops::decide(cause, {wishes, thread.action, thread.process().syscalls, pc, held});
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

// A signal that the client wanted delivered at a stop which could not inject it comes back here.
bool Scheduler::is_what_we_sent(Thread& thread, const StopCause& cause) {
  const auto* stop = std::get_if<SignalStop>(&cause);
  if (stop == nullptr || !thread.sent || *thread.sent != stop->signal) return false;
  thread.sent.reset();
  thread.deliver = stop->signal;
  return true;
}

void Scheduler::on(Thread& thread, const stops::Attention&) {
  if (lets_trap_in(thread)) return;
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

void Scheduler::on(Thread& thread, const stops::ThreadBorn& born) {
  Thread& child = table_.add_thread(thread.process(), born.tid);
  ++running_;
  const auto* action = plan_.action_for(child.id());
  child.scheduled =
      mode_ == Mode::NonStop || (action != nullptr && action->kind != ResumeAction::Kind::Stop);
  go_on(thread);
  if (const auto first_stop = newborns_.claim_thread(born.tid)) take(*first_stop);
}

void Scheduler::on(Thread& thread, const stops::ProcessBorn& born) {
  if (wishes.attended && (born.shares_memory ? wishes.vfork_events : wishes.fork_events)) {
    hold_child(thread, born);
    return on(thread, StopCause{Forked{{born.pid, leader_of(born.pid)}, born.shares_memory}});
  }
  const auto& space = thread.process().shared_space();
  if (born.shares_memory) space->breakpoints().suspend();
  newborns_.release_process(born.pid, born.shares_memory ? nullptr : space);
  go_on(thread);
}

/// The child stays with us, and stands still until the client has said what becomes of it.
void Scheduler::hold_child(Thread& parent, const stops::ProcessBorn& born) {
  Process& child = table_.add_child(parent.process(), born.pid, born.shares_memory);
  table_.add_thread(child, leader_of(born.pid));
  child.announced = false;
  ++running_;
  auto first_stop = newborns_.claim_thread(leader_of(born.pid));
  // Nobody waits for others to stop in non-stop mode; the child is about to.
  if (!first_stop && mode_ == Mode::NonStop) first_stop = events_.wait(leader_of(born.pid));
  if (first_stop) take(*first_stop);
}

void Scheduler::on(Thread& thread, const stops::VforkEnded&) {
  thread.process().space().breakpoints().resume();
  on(thread, StopCause{VforkDone{}});
}

void Scheduler::on(Thread& thread, const stops::ImageReplaced& replaced) {
  Process& process = thread.process();
  step_over_ = {};
  table_.replace_image(process, replaced.former);
  Thread* survivor = process.leader();
  if (survivor == nullptr) survivor = &table_.add_thread(process, leader_of(process.pid()));
  survivor->stopped_now();
  survivor->pending.reset();
  recount();
  on(*survivor, StopCause{Execed{}});
}

// ---- halting and reporting

void Scheduler::report(const StopEvent& event) {
  if (mode_ == Mode::NonStop && !silent_) return tell(event);
  if (chosen_ || silent_ || phase_ == Phase::Halted)
    report_later(event);
  else
    chosen_ = event;
  if (phase_ == Phase::Running) begin_halting();
}

void Scheduler::begin_halting() {
  phase_ = Phase::Halting;
  step_over_.waiting.clear();
  step_over_.under_way = false;
  if (running_ > 0) table_.for_each_thread([](Thread& thread) { thread.interrupt(); });
}

void Scheduler::advance() {
  if (phase_ == Phase::Running) {
    if (step_over_.under_way && !step_over_.current) next_step_over();
    if (mode_ == Mode::NonStop || !all_still()) return;
    if (table_.empty()) {
      phase_ = Phase::Halted;
      return;
    }
    if (wishes.attended) report({any_thread().id(), NothingLeftToRun{}});
  }
  if (phase_ == Phase::Halting && !silent_ && all_still()) finish_halting();
}

// A leader that has exited before its threads can neither stop nor be seen to end until they have.
bool Scheduler::all_still() {
  if (running_ == 0) return true;
  if (running_ > table_.size()) return false;
  for (const auto& [pid, process] : table_.all()) {
    Thread* leader = process->leader();
    if (leader == nullptr || !leader->running() || process->threads().size() == 1) continue;
    if (linux::task_state(leader->id()) != 'Z') continue;
    leader->became_zombie();
    --running_;
  }
  return running_ == 0;
}

void Scheduler::finish_halting() {
  phase_ = Phase::Halted;
  if (auto event = next_event()) return tell(*event);
  // What was to be reported has died with its thread: carry on as if nothing had been.
  start();
  advance();
}

std::optional<StopEvent> Scheduler::next_event() {
  if (chosen_) {
    auto event = std::move(*chosen_);
    chosen_.reset();
    if (ends_process(event.cause) || table_.find(event.thread.tid) != nullptr) return event;
    if (std::holds_alternative<Interrupted>(event.cause) && !table_.empty()) {
      event.thread = any_thread().id();
      return event;
    }
  }
  return waiting_event();
}

bool Scheduler::anything_scheduled() const {
  bool any = false;
  table_.for_each_thread([&](Thread& thread) { any |= thread.scheduled; });
  return any;
}

Thread& Scheduler::any_thread() const {
  Thread* any = nullptr;
  table_.for_each_thread([&](Thread& thread) {
    if (any == nullptr || (!any->stopped() && thread.stopped())) any = &thread;
  });
  return *any;
}

std::optional<StopEvent> Scheduler::waiting_event() {
  if (!endings_.empty()) {
    auto event = endings_.front();
    endings_.pop_front();
    return event;
  }
  // Threads take turns: the first one after the one that was told of last.
  Thread* first = nullptr;
  Thread* after_last = nullptr;
  table_.for_each_thread([&](Thread& thread) {
    if (!thread.pending || !thread.scheduled || !still_true(thread)) return;
    if (first == nullptr) first = &thread;
    if (after_last == nullptr && thread.id().tid > last_told_) after_last = &thread;
  });
  Thread* next = after_last != nullptr ? after_last : first;
  if (next == nullptr) return std::nullopt;
  StopEvent event{next->id(), *next->pending};
  next->pending.reset();
  return event;
}

// A breakpoint that has been removed since a thread ran into it was never there: the pc has been moved back
// already, and the thread simply runs the instruction. A step that ended while another stop was reported
// is over: the client has seen where the thread stands.
bool Scheduler::still_true(Thread& thread) {
  auto& space = thread.process().space();
  const auto pc = thread.registers().pc();
  bool holds = !std::holds_alternative<StepDone>(*thread.pending);
  if (const auto* hit = std::get_if<SoftwareBreakpointHit>(&*thread.pending))
    holds = pc && *pc == hit->at && (space.breakpoints().armed(hit->at) || claims_foreign_traps_at(thread, hit->at));
  else if (const auto* stop = std::get_if<HardwareBreakpointHit>(&*thread.pending))
    holds = pc && *pc == stop->at && space.watch_slots().breaks_at(stop->at);
  if (!holds) thread.pending.reset();
  return holds;
}

// An int3 of the program's own is as true as before.
bool Scheduler::claims_foreign_traps_at(Thread& thread, Address at) const {
  std::byte code{};
  const auto got = thread.process().space().read(at, std::span(&code, 1));
  return claims_foreign_traps && got && code == breakpoints::trap_instruction;
}

void Scheduler::heard(const StopEvent& event) {
  if (Thread* thread = table_.find(event.thread.tid)) thread->unheard = false;
  if (const auto* fork = std::get_if<Forked>(&event.cause))
    if (Process* child = table_.find(fork->child.pid)) child->announced = true;
}

void Scheduler::tell(const StopEvent& event) {
  last_told_ = event.thread.tid;
  if (Thread* thread = table_.find(event.thread.tid); thread != nullptr && !ends_process(event.cause)) {
    thread->reported = event.cause;
    thread->requested.reset();
    if (mode_ == Mode::NonStop) thread->scheduled = false;
    thread->unheard = mode_ == Mode::NonStop;
    if (mode_ == Mode::AllStop) heard(event);
    if (const auto* hit = std::get_if<SoftwareBreakpointHit>(&event.cause)) thread->standing_at = hit->at;
  }
  if (listener_ != nullptr) listener_->stopped(event);
}

// ---- running

void Scheduler::start() {
  for (const auto& [pid, process] : table_.all()) process->space().breakpoints().commit();
  phase_ = Phase::Running;
  if (mode_ == Mode::NonStop) tell_waiting();
  begin_step_overs();
  if (!step_over_.under_way) run_scheduled();
}

void Scheduler::run_scheduled() {
  table_.for_each_thread([&](Thread& thread) {
    if (thread.scheduled && thread.stopped()) run(thread, planned(thread));
  });
}

/// After a stop that nobody needs to hear of.
void Scheduler::go_on(Thread& thread) {
  if (step_over_.concerns(thread.id())) {
    if (phase_ == Phase::Running) return run(thread, ResumeHow::Step);
    end_step_over(thread);
  }
  if (phase_ == Phase::Running && !step_over_.under_way && thread.scheduled)
    run(thread, planned(thread));
}

ResumeHow Scheduler::planned(const Thread& thread) const {
  if (thread.action.steps()) return ResumeHow::Step;
  return thread.process().syscalls.catches_any() ? ResumeHow::ToSyscall : ResumeHow::Continue;
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

bool Scheduler::halt(std::chrono::milliseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  silent_ = true;
  if (phase_ == Phase::Running) begin_halting();
  if (mode_ == Mode::NonStop) phase_ = Phase::Halting;
  collect();
  while ((!all_still() || newborns_.waiting()) && std::chrono::steady_clock::now() < deadline) {
    events_.wait_for_signal(std::chrono::milliseconds(1));
    collect();
  }
  silent_ = false;
  if (chosen_) {
    auto event = std::move(*chosen_);
    chosen_.reset();
    report_later(event);
  }
  phase_ = Phase::Halted;
  return all_still();
}

void Scheduler::report_later(const StopEvent& event) {
  if (ends_process(event.cause))
    endings_.push_back(event);
  else if (Thread* thread = table_.find(event.thread.tid);
           thread != nullptr && !std::holds_alternative<Interrupted>(event.cause) &&
           !std::holds_alternative<NothingLeftToRun>(event.cause))
    thread->pending = event.cause;
}

void Scheduler::leave_unattended() {
  set_mode(Mode::AllStop);
  wishes = {};
  claims_foreign_traps = false;
  ResumePlan plan;
  for (const auto& [pid, process] : table_.all()) {
    process->space().breakpoints().remove_all();
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
}

void Scheduler::recount() {
  running_ = 0;
  table_.for_each_thread([this](Thread& thread) { running_ += thread.running() ? 1 : 0; });
}

// ---- stepping over

bool Scheduler::needs_step_over(Thread& thread) const {
  if (!thread.stopped() || !thread.standing_at) return false;
  const auto pc = thread.registers().pc();
  return pc && *pc == *thread.standing_at && thread.process().space().breakpoints().armed(*pc);
}

void Scheduler::begin_step_overs() {
  step_over_ = {};
  table_.for_each_thread([this](Thread& thread) {
    if (thread.scheduled && needs_step_over(thread)) step_over_.waiting.push_back(thread.id());
  });
  step_over_.under_way = !step_over_.waiting.empty();
  if (step_over_.under_way) next_step_over();
}

void Scheduler::next_step_over() {
  while (!step_over_.waiting.empty()) {
    const ThreadId id = step_over_.waiting.front();
    step_over_.waiting.pop_front();
    Thread* thread = table_.find(id.tid);
    if (thread == nullptr || !thread->stopped() || !thread->standing_at) continue;
    step_over_.current = {id, *thread->standing_at};
    thread->process().space().breakpoints().lift(*thread->standing_at);
    run(*thread, ResumeHow::Step);
    return;
  }
  step_over_.under_way = false;
  run_scheduled();
}

// A signal that arrives before the step has been made waits until it has; else the handler would run with
// the trap lifted, or the breakpoint would be hit twice.
bool Scheduler::holds_back(Thread& thread, const StopCause& cause) {
  const auto* stop = std::get_if<SignalStop>(&cause);
  if (stop == nullptr || phase_ != Phase::Running) return false;
  HeldSignal held{stop->signal, thread.siginfo().value_or(decltype(HeldSignal::info){})};
  if (raised_by_instruction(held)) return false;
  thread.held_signals.push_back(held);
  run(thread, ResumeHow::Step);
  return true;
}

void Scheduler::end_step_over(Thread& thread) {
  const auto site = step_over_.current->site;
  step_over_.current.reset();
  (void)thread.process().space().breakpoints().replant(site);
  if (!thread.stopped()) return;
  if (const auto pc = thread.registers().pc(); pc && *pc == site) thread.standing_at = site;
}

/// The first signal that was held back, with its siginfo put back; the rest are sent again.
std::optional<Signal> Scheduler::take_held_signal(Thread& thread) {
  if (thread.held_signals.empty()) return std::nullopt;
  const auto first = thread.held_signals.front();
  thread.held_signals.pop_front();
  for (const auto& other : thread.held_signals) (void)linux::send_signal(thread.id(), other.signal);
  thread.held_signals.clear();
  (void)thread.set_siginfo(first.info);
  return first.signal;
}

}  // namespace target::run_control
