// What the scheduler does when threads and processes are born, and when a process becomes another program.

#include "target/run_control/scheduler.hpp"

namespace target::run_control {

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
  survivor->in_signal_stop = false;
  survivor->pending.reset();
  recount();
  on(*survivor, StopCause{Execed{}});
}

}  // namespace target::run_control
