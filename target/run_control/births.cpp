// What the scheduler does when threads and processes are born, and when a process becomes another program.

#include "target/run_control/scheduler.hpp"

namespace target::run_control {
namespace {

constexpr std::uint64_t syscall_bytes = 2;

/// Of a parent that called for its child on a copy of the system call: the child begins behind that copy.
std::optional<Passing> born_on_copy(Thread& parent) {
  const auto& copies = parent.process().out_of_line();
  if (copies.pages() == 0) return std::nullopt;
  const auto pc = parent.registers().pc();
  const auto copy = pc ? copies.known_copy(*pc - syscall_bytes) : std::nullopt;
  if (!copy || !copy->is_syscall()) return std::nullopt;
  return Passing{copy->home(), copy};
}

}  // namespace

void Scheduler::on(Thread& thread, const stops::ThreadBorn& born) {
  Thread& child = table_.add_thread(thread.process(), born.tid);
  child.passing = born_on_copy(thread);
  ++running_;
  const auto* action = plan_.action_for_newborn(child.id());
  child.scheduled =
      mode_ == Mode::NonStop || (action != nullptr && action->kind != ResumeAction::Kind::Stop);
  if (observer_ != nullptr) {
    // Who steps a thread to see what it does is to see from its beginning what that makes.
    child.action = {thread.action.kind, {}, thread.action.range};
    observer_->born(child, thread);
  }
  if (wishes.attended && thread.options.clones) return hold_clone(thread, child);
  if (wishes.attended && wishes.thread_events) child.requested = ThreadCreated{};
  go_on(thread);
  if (const auto first_stop = newborns_.claim_thread(born.tid)) take(*first_stop);
}

/// The new thread stands still until the client has heard of it and lets it run.
void Scheduler::hold_clone(Thread& parent, Thread& child) {
  child.scheduled = false;
  child.unheard = true;
  auto first_stop = newborns_.claim_thread(child.id().tid);
  if (!first_stop && mode_ == Mode::NonStop) first_stop = events_.wait(child.id().tid);
  if (first_stop) take(*first_stop);
  on(parent, StopCause{Cloned{child.id()}});
}

void Scheduler::on(Thread& thread, const stops::ProcessBorn& born) {
  if (wishes.attended && (born.shares_memory ? wishes.vfork_events : wishes.fork_events)) {
    hold_child(thread, born);
    return on(thread, StopCause{Forked{{born.pid, leader_of(born.pid)}, born.shares_memory}});
  }
  const auto& space = thread.process().shared_space();
  if (born.shares_memory) space->breakpoints().suspend();
  newborns_.release_process(born.pid, {born.shares_memory ? nullptr : space, born_on_copy(thread)});
  go_on(thread);
}

/// The child stays with us, and stands still until the client has said what becomes of it.
void Scheduler::hold_child(Thread& parent, const stops::ProcessBorn& born) {
  Process& child = table_.add_child(parent.process(), born.pid, born.shares_memory);
  table_.add_thread(child, leader_of(born.pid)).passing = born_on_copy(parent);
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
  turns_ = {};
  table_.replace_image(process, replaced.former);
  Thread* survivor = process.leader();
  if (survivor == nullptr) survivor = &table_.add_thread(process, leader_of(process.pid()));
  survivor->stopped_now();
  survivor->in_signal_stop = false;
  survivor->pending.reset();
  survivor->passing.reset();
  survivor->standing_at.reset();
  recount();
  on(*survivor, StopCause{Execed{}});
}

}  // namespace target::run_control
