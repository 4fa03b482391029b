// How the scheduler lets go of processes: by detaching, and by killing.

#include <csignal>
#include <unordered_set>
#include <vector>

#include "target/linux/proc_fs.hpp"
#include "target/linux/send_signal.hpp"
#include "target/run_control/scheduler.hpp"

namespace target::run_control {

void Scheduler::detach(Process& process, const SignalSet& program_signals, After after) {
  turns_ = {};
  // Children that the client has not been told of cannot be meant to stay.
  for (const Pid child : untold_children(process))
    if (Process* born = table_.find(child)) detach(*born, program_signals);
  if (listener_ != nullptr) listener_->letting_go(process);
  if (after == After::StaysStopped) (void)linux::send_signal(process.pid(), Signal{SIGSTOP});
  lift_patches(process);
  give_back_pages(process);
  for (const auto& [tid, thread] : process.threads()) {
    if (!thread->stopped()) continue;
    Signal owed = thread->owed_signal(program_signals);
    if (owed && !thread->in_signal_stop) {
      (void)linux::send_signal(thread->id(), owed);
      owed = {};
    }
    for (const auto& held : thread->held_signals) (void)linux::send_signal(thread->id(), held.signal);
    (void)thread->detach(owed);
  }
  forget(process);
}

std::vector<Pid> Scheduler::untold_children(const Process& process) const {
  std::vector<Pid> children;
  for (const auto& [tid, thread] : process.threads()) {
    const auto& untold = thread->pending ? thread->pending : thread->reported;
    const bool heard = !thread->pending && !thread->unheard;
    if (const auto* fork = untold && !heard ? std::get_if<Forked>(&*untold) : nullptr)
      children.push_back(fork->child.pid);
  }
  return children;
}

// The child of a vfork runs in its parent's memory: the traps leave it for as long as the child is there, and
// come back when the kernel says that it has gone.
void Scheduler::lift_patches(Process& process) {
  auto& space = process.space();
  if (process.shared_space().use_count() > 1) {
    space.breakpoints().suspend();
    return;
  }
  space.breakpoints().remove_all();
  space.watch_slots().clear();
}

void Scheduler::give_back_pages(Process& process) {
  if (process.out_of_line().pages() == 0 || process.shares_space()) return;
  for (const auto& [tid, thread] : process.threads()) {
    if (!thread->stopped() || thread->system_call != SystemCallState::Outside) continue;
    process.out_of_line().release(tid, events_);
    thread->in_signal_stop = true;
    return;
  }
}

void Scheduler::kill(Process& process) {
  constexpr std::chrono::seconds patience{5};
  std::unordered_set<Tid> alive;
  for (const auto& [tid, thread] : process.threads()) alive.insert(tid);
  (void)linux::send_signal(process.pid(), Signal{SIGKILL});

  // The leader's end is reported after that of every other thread, those never seen before included. One that
  // had ended before we came is reported to its parent alone.
  const auto leader = leader_of(process.pid());
  const bool leader_tells = process.leader() == nullptr || process.leader()->traced();
  if (!leader_tells) alive.erase(leader);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while ((leader_tells ? alive.contains(leader) : !alive.empty()) && std::chrono::steady_clock::now() < deadline) {
    const auto event = events_.poll_any();
    if (!event) {
      events_.wait_for_signal(std::chrono::milliseconds(10));
      continue;
    }
    const Thread* thread = table_.find(event->tid);
    if (event->kind != linux::ChildEvent::Kind::Stopped) alive.erase(event->tid);
    if (thread == nullptr || &thread->process() != &process) take(*event);
  }
  forget(process);
}

void Scheduler::forget(Process& process) {
  const Pid pid = process.pid();
  if (turns_.current && turns_.current->pid == pid) turns_ = {};
  if (chosen_ && chosen_->thread.pid == pid) chosen_.reset();
  std::erase_if(endings_, [pid](const StopEvent& event) { return event.thread.pid == pid; });
  table_.remove(pid);
  recount();
  if (table_.empty()) phase_ = Phase::Halted;
}

}  // namespace target::run_control
