// How the scheduler gets threads past the traps they stand at.
//
// A trap has to stay in memory while other threads run, or they would run past it. So a thread goes past it on
// a copy of the instruction. Where there is nobody else the trap is lifted for the step; where a copy cannot be
// made, it is lifted while all others are held.

#include <csignal>
#include <cstring>

#include "target/linux/send_signal.hpp"
#include "target/run_control/scheduler.hpp"

namespace target::run_control {
namespace {

bool is_alone(const Process& process) { return process.threads().size() == 1 && !process.shares_space(); }

bool may_be_fault(const linux::ChildEvent& event) {
  const int number = event.signal.number;
  return event.event == linux::PtraceEvent::None &&
         (number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE);
}

bool finished_step(const Thread& thread, const linux::ChildEvent& event) {
  if (event.event != linux::PtraceEvent::None || event.signal.number != SIGTRAP) return false;
  const auto raw = thread.siginfo();
  siginfo_t info{};
  if (raw) std::memcpy(&info, raw->data(), sizeof info);
  return raw && info.si_code == TRAP_TRACE;
}

// After a whole step the pc is where it was: a branch to itself has been taken, and meets the trap again; a
// repeated string instruction has done one round, and goes on as the same instruction.
bool comes_back_by_itself(const AddressSpace& space, Address site) {
  std::byte first{};
  const bool known = space.read(site, std::span(&first, 1)).has_value();
  return known && first != std::byte{0xf2} && first != std::byte{0xf3};
}

}  // namespace

bool Scheduler::needs_step_over(Thread& thread) const {
  if (!thread.stopped() || !thread.standing_at) return false;
  const auto pc = thread.registers().pc();
  return pc && *pc == *thread.standing_at && thread.process().space().breakpoints().armed(*pc);
}

/// What the thread can do while others run; nothing if they have to be held.
std::optional<Passing> Scheduler::way_past(Thread& thread) {
  Process& process = thread.process();
  Passing passing{*thread.standing_at, std::nullopt};
  if (is_alone(process)) return passing;
  // A handler would return to the copy.
  if (thread.deliver || process.shares_space()) return std::nullopt;
  auto& copies = process.out_of_line();
  const auto pages = copies.pages();
  passing.copy = copies.copy_for(thread.id().tid, events_, process.space(), passing.site);
  thread.in_signal_stop |= copies.pages() != pages;  // it has made a system call for us
  return passing.copy ? std::optional(passing) : std::nullopt;
}

void Scheduler::go_past(Thread& thread, const Passing& passing) {
  if (passing.copy)
    (void)thread.registers().set_pc(passing.copy->away());
  else
    thread.process().space().breakpoints().lift(passing.site);
  thread.passing = passing;
  run(thread, ResumeHow::Step);
}

/// Sets a stopped thread going as the client has asked, past the trap it may stand at.
void Scheduler::set_going(Thread& thread) {
  if (!needs_step_over(thread)) return run(thread, planned(thread));
  if (turns_.concerns(thread.id())) return go_past(thread, {*thread.standing_at, std::nullopt});
  if (const auto passing = way_past(thread)) return go_past(thread, *passing);
  turns_.wanted = true;
}

void Scheduler::settle(Thread& thread, const linux::ChildEvent& event) {
  if (!thread.passing) return;
  const Passing passing = *std::exchange(thread.passing, std::nullopt);
  auto& space = thread.process().space();
  if (!passing.copy) {
    (void)space.breakpoints().replant(passing.site);
  } else {
    const bool has_run = move_home(thread.registers(), *passing.copy);
    if (has_run && passing.copy->is_call()) return_home(thread.registers(), space, *passing.copy);
    if (may_be_fault(event)) name_home(thread, *passing.copy);
  }
  const auto pc = thread.registers().pc();
  if (pc && *pc == passing.site && !(finished_step(thread, event) && comes_back_by_itself(space, passing.site)))
    thread.standing_at = passing.site;
  else if (turns_.concerns(thread.id()))
    turns_.current.reset();
}

void Scheduler::settle_ended(Thread& thread) {
  if (turns_.concerns(thread.id())) turns_.current.reset();
  if (thread.passing && !thread.passing->copy)
    (void)thread.process().space().breakpoints().replant(thread.passing->site);
}

void Scheduler::begin_turns() {
  turns_ = {};
  table_.for_each_thread([this](Thread& thread) {
    if (thread.scheduled && needs_step_over(thread) && !way_past(thread)) turns_.waiting.push_back(thread.id());
  });
  turns_.under_way = !turns_.waiting.empty();
  if (turns_.under_way) next_turn();
}

void Scheduler::next_turn() {
  while (!turns_.waiting.empty()) {
    const ThreadId id = turns_.waiting.front();
    turns_.waiting.pop_front();
    Thread* thread = table_.find(id.tid);
    if (thread == nullptr || !needs_step_over(*thread)) continue;
    turns_.current = id;
    return go_past(*thread, {*thread->standing_at, std::nullopt});
  }
  turns_.under_way = false;
  run_scheduled();
}

// A signal that arrives before the step has been made waits until it has; else the handler would return to the
// trap, and the breakpoint would be hit twice.
bool Scheduler::holds_back(Thread& thread, const StopCause& cause) {
  const auto* stop = std::get_if<SignalStop>(&cause);
  if (stop == nullptr || phase_ != Phase::Running || !needs_step_over(thread)) return false;
  HeldSignal held{stop->signal, thread.siginfo().value_or(decltype(HeldSignal::info){})};
  if (raised_by_instruction(held)) return false;
  thread.held_signals.push_back(held);
  return true;
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
