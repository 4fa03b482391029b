// How threads and processes of the fake kernel begin, change their program, and end.

#include "tests/support/fake_kernel/kernel.hpp"

#include <algorithm>
#include <csignal>

namespace support {

using namespace target;
using linux::ChildEvent;
using linux::PtraceEvent;
using State = FakeTask::State;

namespace {

ChildEvent end_of_task(Tid tid, FakeEnd end) {
  if (end.by_signal) return {.tid = tid, .kind = ChildEvent::Kind::Killed, .signal = Signal{end.number}};
  return {.tid = tid, .kind = ChildEvent::Kind::Exited, .exit_code = end.number};
}

}  // namespace

void FakeKernel::announce_birth(FakeTask& parent, FakeTask& child, PtraceEvent event) {
  if (!parent.traced) return;
  child.traced = true;
  if (newborn_first) stop(child, Signal{SIGTRAP}, PtraceEvent::Stop);
  parent.message = static_cast<std::uint64_t>(child.tid.value);
  stop(parent, Signal{SIGTRAP}, event);
  if (!newborn_first) stop(child, Signal{SIGTRAP}, PtraceEvent::Stop);
}

void FakeKernel::clone(FakeTask& parent, std::uint64_t offset) {
  constexpr std::size_t most_threads = 64;
  if (tasks_of(parent.process->pid).size() >= most_threads) return;
  announce_birth(parent, add_task(*parent.process, Tid{next_id()}, offset), PtraceEvent::Clone);
}

void FakeKernel::fork(FakeTask& parent, bool shares_memory) {
  constexpr std::size_t most_processes = 16;
  parent.registers.rax = 1;
  if (processes_.size() >= most_processes) return;
  auto& process = add_process({}, parent.process->path);
  process.pages = shares_memory ? parent.process->pages : std::make_shared<FakePages>(*parent.process->pages);
  process.handlers = parent.process->handlers;
  auto& child = add_task(process, leader_of(process.pid), 0);
  child.registers = parent.registers;
  child.registers.rax = 0;
  if (shares_memory) {
    process.vfork_parent = parent.tid;
    parent.waits_for_vfork = process.pid;
  }
  announce_birth(parent, child, shares_memory ? PtraceEvent::Vfork : PtraceEvent::Fork);
}

void FakeKernel::release_vfork_parent(FakeProcess& child) {
  if (!child.vfork_parent) return;
  auto* parent = task(*std::exchange(child.vfork_parent, std::nullopt));
  if (parent == nullptr || parent->waits_for_vfork != child.pid) return;
  parent->waits_for_vfork.reset();
  if (!parent->traced || parent->state != State::Running) return;
  parent->message = static_cast<std::uint64_t>(child.pid.value);
  stop(*parent, Signal{SIGTRAP}, PtraceEvent::VforkDone);
}

// The thread that calls it takes over the leader's id; all others end.
void FakeKernel::exec(FakeTask& caller, int image) {
  const auto found = images_.find(image);
  if (found == images_.end()) return;
  auto& process = *caller.process;
  const auto former = caller.tid;
  const auto leader = leader_of(process.pid);
  for (const Tid tid : tasks_of(process.pid)) {
    auto& other = *task(tid);
    if (tid == former) continue;
    if (tid == leader || !other.traced) {
      std::erase(reports_, tid);
      tasks_.erase(tid);
    } else {
      other.state = State::Zombie;
      report(other, {.tid = tid, .kind = ChildEvent::Kind::Exited});
    }
  }
  const bool traced = caller.traced;
  std::erase(reports_, former);
  tasks_.erase(former);
  process.path = "/bin/" + std::to_string(image);
  process.handlers.clear();
  load(process, found->second);
  auto& survivor = add_task(process, leader, 0);
  survivor.traced = traced;
  survivor.message = static_cast<std::uint64_t>(former.value);
  release_vfork_parent(process);
  if (traced) stop(survivor, Signal{SIGTRAP}, PtraceEvent::Exec);
}

void FakeKernel::exit_task(FakeTask& task, int code) {
  auto& process = *task.process;
  const auto members = tasks_of(process.pid);
  const bool last = std::none_of(members.begin(), members.end(), [&](Tid tid) {
    return tid != task.tid && this->task(tid)->state != State::Zombie;
  });
  const auto* leader = this->task(leader_of(process.pid));
  if (last) return end_process(process, {false, leader == &task ? code : leader->exit_code});
  task.state = State::Zombie;
  task.exit_code = code;
  if (leader == &task) return;
  if (!task.traced) return remove_task(task.tid);
  report(task, {.tid = task.tid, .kind = ChildEvent::Kind::Exited, .exit_code = code});
}

void FakeKernel::end_process(FakeProcess& process, FakeEnd end) {
  if (process.ending) return;
  process.ending = end;
  ends_[process.pid] = end;
  const auto leader = leader_of(process.pid);
  const Pid pid = process.pid;
  release_vfork_parent(process);
  for (const Tid tid : tasks_of(pid)) {
    auto& member = *task(tid);
    const bool was_over = member.state == State::Zombie && tid != leader;
    member.state = State::Zombie;
    member.listening = false;
    std::erase(reports_, tid);
    if (was_over && member.event) reports_.push_back(tid);
    if (was_over) continue;
    member.event.reset();
    if (tid == leader) continue;
    if (member.traced)
      report(member, end_of_task(tid, end));
    else
      tasks_.erase(tid);
  }
  auto* last = task(leader);
  if (tasks_of(pid).size() > 1) return;
  if (last->traced) return report(*last, end_of_task(leader, end));
  tasks_.erase(leader);
  processes_.erase(pid);
}

void FakeKernel::remove_task(Tid tid) {
  FakeProcess* const owner = task(tid)->process;
  std::erase(reports_, tid);
  tasks_.erase(tid);
  if (tid == leader_of(owner->pid)) {
    processes_.erase(owner->pid);
    return;
  }
  // A leader that ended before its threads is told of when the last one has gone.
  auto* leader = task(leader_of(owner->pid));
  if (leader == nullptr || leader->state != State::Zombie || tasks_of(owner->pid).size() > 1) return;
  if (!owner->ending) end_process(*owner, {false, leader->exit_code});
  if (leader->event || !leader->traced) return;
  report(*leader, end_of_task(leader->tid, *owner->ending));
}

}  // namespace support
