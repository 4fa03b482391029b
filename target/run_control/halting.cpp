// How the scheduler brings threads to a halt, and what it then tells.

#include <algorithm>
#include <thread>

#include "target/linux/proc_fs.hpp"
#include "target/run_control/scheduler.hpp"

namespace target::run_control {

namespace {
constexpr std::chrono::milliseconds stop_patience{2000};
}

void Scheduler::report(const StopEvent& event) {
  if (mode_ == Mode::NonStop && !silent_) return wishes.all_at_once ? stop_process(event) : tell(event);
  if (chosen_ || silent_ || phase_ == Phase::Halted)
    report_later(event);
  else
    chosen_ = event;
  if (phase_ == Phase::Running) begin_halting();
}

void Scheduler::begin_halting() {
  phase_ = Phase::Halting;
  turns_.waiting.clear();
  turns_.under_way = turns_.wanted = false;
  if (running_ > 0) table_.for_each_thread([](Thread& thread) { thread.interrupt(); });
}

void Scheduler::advance() {
  mind_the_crowd();
  if (phase_ == Phase::Running) {
    if (turns_.under_way && !turns_.current) next_turn();
    if (turns_.wanted && !turns_.under_way) return hold_everything();
    if (mode_ == Mode::NonStop || !all_still()) return;
    if (table_.empty()) {
      phase_ = Phase::Halted;
      return;
    }
    if (wishes.attended) report({any_thread().id(), NothingLeftToRun{}});
  }
  if (phase_ == Phase::Halting && !silent_ && all_still()) finish_halting();
}

// Somebody cannot get past a trap while others run: start() gives them turns when all stand still.
void Scheduler::hold_everything() {
  begin_halting();
  if (mode_ == Mode::NonStop) {
    halt(stop_patience);
    start();
  } else if (all_still()) {
    finish_halting();
  }
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
  if (auto event = next_event()) {
    if (wishes.all_at_once) report_others(*event);
    return tell(*event);
  }
  // What was to be reported has died with its thread: carry on as if nothing had been.
  start();
  advance();
}

std::optional<StopEvent> Scheduler::next_event() {
  if (chosen_) {
    auto event = std::move(*chosen_);
    chosen_.reset();
    const Thread* thread = table_.find(event.thread.tid);
    if (ends_thread(event.cause) || (thread != nullptr && thread->stopped())) return event;
    // The thread has ended since; for an interrupt, and where nothing is left to run, any other will do.
    const bool concerns_all = std::holds_alternative<Interrupted>(event.cause) ||
                              std::holds_alternative<NothingLeftToRun>(event.cause);
    if (concerns_all && !table_.empty()) {
      event.thread = any_thread().id();
      return event;
    }
  }
  return waiting_event();
}

namespace {

// What concerns the thread alone, and not a child or an image that the client has to hear of first.
bool may_be_told_beside(const StopCause& cause) {
  return std::holds_alternative<SoftwareBreakpointHit>(cause) || std::holds_alternative<HardwareBreakpointHit>(cause) ||
         std::holds_alternative<WatchpointHit>(cause) || std::holds_alternative<SignalStop>(cause);
}

}  // namespace

// lldb gets a thread that stands on a breakpoint over it, and never asks whether it has been hit.
void Scheduler::report_others(const StopEvent& first) {
  table_.for_each_thread([&](Thread& thread) {
    if (thread.id() == first.thread || !thread.pending || !thread.scheduled) return;
    if (!may_be_told_beside(*thread.pending) || !still_true(thread)) return;
    thread.reported = std::move(thread.pending);
    thread.pending.reset();
    if (const auto* hit = std::get_if<SoftwareBreakpointHit>(&*thread.reported)) thread.standing_at = hit->at;
  });
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
  if (const auto* clone = std::get_if<Cloned>(&event.cause))
    if (Thread* child = table_.find(clone->child.tid)) child->unheard = false;
}

void Scheduler::tell(const StopEvent& event) {
  last_told_ = event.thread.tid;
  if (Thread* thread = table_.find(event.thread.tid); thread != nullptr && !ends_thread(event.cause)) {
    thread->reported = event.cause;
    thread->requested.reset();
    if (mode_ == Mode::NonStop) thread->scheduled = false;
    thread->unheard = mode_ == Mode::NonStop && !wishes.all_at_once;
    if (!thread->unheard) heard(event);
    if (const auto* hit = std::get_if<SoftwareBreakpointHit>(&event.cause)) thread->standing_at = hit->at;
  }
  if (listener_ != nullptr) listener_->stopped(event);
}

std::chrono::microseconds Scheduler::patience() const {
  if (phase_ != Phase::Halting || !leads_a_crowd()) return std::chrono::microseconds(0);
  return std::min(std::chrono::microseconds(20 + 5 * running_), std::chrono::microseconds(1000));
}

bool Scheduler::halt(std::chrono::milliseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  silent_ = true;
  if (phase_ == Phase::Running) begin_halting();
  if (mode_ == Mode::NonStop) phase_ = Phase::Halting;
  collect();
  while ((!all_still() || newborns_.waiting()) && std::chrono::steady_clock::now() < deadline) {
    if (const auto many = patience(); many.count() > 0)
      std::this_thread::sleep_for(many);
    else
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
  if (ends_thread(event.cause))
    endings_.push_back(event);
  else if (Thread* thread = table_.find(event.thread.tid);
           thread != nullptr && !std::holds_alternative<Interrupted>(event.cause) &&
           !std::holds_alternative<NothingLeftToRun>(event.cause))
    thread->pending = event.cause;
}

}  // namespace target::run_control
