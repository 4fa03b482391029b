// What the scheduler does differently in non-stop mode, where threads are resumed and stopped one by one.

#include <algorithm>

#include "target/run_control/scheduler.hpp"

namespace target::run_control {

namespace {
constexpr std::chrono::milliseconds stop_patience{2000};
}

void Scheduler::set_mode(Mode mode) {
  if (mode_ == mode) return;
  halt(stop_patience);
  stopping_.clear();
  mode_ = mode;
  table_.for_each_thread([](Thread& thread) { thread.scheduled = thread.unheard = false; });
}

Result<void> Scheduler::resume_non_stop(const ResumePlan& plan) {
  bool others_in_the_way = false;
  table_.for_each_thread([&](Thread& thread) {
    const auto* action = plan.action_for(thread.id());
    if (action == nullptr) return;
    if (action->kind == ResumeAction::Kind::Stop) {
      if (!thread.running()) return;
      thread.requested = StoppedOnRequest{};
      thread.interrupt();
    } else if (thread.stopped() && !thread.scheduled && !thread.unheard && thread.process().announced) {
      thread.scheduled = true;
      thread.action = *action;
      if (action->signal) thread.deliver = action->signal;
      const bool needs_turn = needs_step_over(thread) && !way_past(thread);
      others_in_the_way |= running_ > 0 && needs_turn;
      if (turns_.under_way && needs_turn) turns_.waiting.push_back(thread.id());
    }
  });
  // They start when the trap that another one is stepping over is back.
  if (turns_.under_way) return {};
  // While a thread steps over a lifted trap, another one could run past it.
  if (others_in_the_way) halt(stop_patience);
  start();
  advance();
  return {};
}

// lldb-server's kind of non-stop, which its clients expect: the stop of one thread is that of its process.
void Scheduler::stop_process(const StopEvent& event) {
  if (ends_thread(event.cause)) {
    if (ends_process(event.cause)) stopping_.erase(event.thread.pid);
    return tell(event);
  }
  auto& events = stopping_[event.thread.pid];
  events.push_back(event);
  if (events.size() == 1)
    for (const auto& [tid, thread] : table_.find(event.thread.pid)->threads()) {
      if (!thread->running()) continue;
      thread->requested = StoppedOnRequest{};
      thread->interrupt();
    }
  tell_if_still(event.thread.pid);
}

// The thread that stopped by itself is told of first, then every other.
void Scheduler::tell_if_still(Pid pid) {
  const auto found = stopping_.find(pid);
  Process* process = table_.find(pid);
  if (found == stopping_.end() || process == nullptr || process->any_running()) return;
  auto events = std::move(found->second);
  stopping_.erase(found);
  for (const auto& [tid, thread] : process->threads()) {
    const auto is_this = [id = thread->id()](const StopEvent& event) { return event.thread == id; };
    if (!thread->stopped() || std::any_of(events.begin(), events.end(), is_this)) continue;
    events.push_back({thread->id(), thread->reported.value_or(StoppedOnRequest{})});
  }
  std::sort(events.begin() + 1, events.end(),
            [](const StopEvent& a, const StopEvent& b) { return a.thread < b.thread; });
  for (const auto& event : events) tell(event);
}

void Scheduler::interrupt_one() {
  Thread* chosen = nullptr;
  table_.for_each_thread([&](Thread& thread) {
    if (chosen == nullptr && thread.running()) chosen = &thread;
  });
  if (chosen == nullptr) return;
  chosen->requested = Interrupted{};
  chosen->interrupt();
}

void Scheduler::resume_halted() {
  if (mode_ != Mode::NonStop || table_.empty()) return;
  start();
  advance();
}

void Scheduler::tell_waiting() {
  while (!endings_.empty()) {
    const auto event = endings_.front();
    endings_.pop_front();
    tell(event);
  }
  table_.for_each_thread([this](Thread& thread) {
    if (!thread.pending || !still_true(thread)) return;
    const StopEvent event{thread.id(), *thread.pending};
    thread.pending.reset();
    report(event);
  });
}

void Scheduler::tell_of_all(Pid pid) {
  const Process* process = table_.find(pid);
  if (process == nullptr) return;
  for (const auto& [tid, thread] : process->threads())
    if (thread->stopped() && !thread->reported) tell({thread->id(), StoppedOnRequest{}});
}

void Scheduler::refresh_debug_registers(Process& process) {
  for (const auto& [tid, thread] : process.threads()) thread->interrupt();
}

}  // namespace target::run_control
