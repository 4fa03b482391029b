// How the scheduler gets threads past the breakpoints they stand at.

#include "target/linux/send_signal.hpp"
#include "target/run_control/scheduler.hpp"

namespace target::run_control {

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

/// The first signal that was held back, with its siginfo put back.
Signal Scheduler::take_held_signal(Thread& thread) {
  const auto first = thread.held_signals.front();
  thread.held_signals.pop_front();
  (void)thread.set_siginfo(first.info);
  return first.signal;
}

/// A stop can give back one signal only; the others come again by themselves.
void Scheduler::send_held_signals(Thread& thread) {
  for (const auto& held : thread.held_signals) (void)linux::send_signal(thread.id(), held.signal);
  thread.held_signals.clear();
}

}  // namespace target::run_control
