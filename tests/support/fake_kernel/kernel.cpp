#include "tests/support/fake_kernel/kernel.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "target/arch/amd64/extended_state.hpp"

namespace support {

using namespace target;
using linux::ChildEvent;
using linux::PtraceEvent;
using State = FakeTask::State;
using How = FakeTask::How;

namespace {

FakeKernel* current = nullptr;

tl::unexpected<Error> no_such_task() { return failure(ESRCH, "no such task, or it is not stopped"); }

}  // namespace

// ---- what a test arranges and looks at

FakeKernel::FakeKernel() : previous_(current) { current = this; }
FakeKernel::~FakeKernel() { current = previous_; }

FakeKernel& FakeKernel::instance() {
  if (current == nullptr) std::abort();  // the test has not made one
  return *current;
}

FakeProcess& FakeKernel::add_process(const Program& program, std::string path) {
  const Pid pid{next_id()};
  auto& process = *(processes_[pid] = std::make_unique<FakeProcess>());
  process.pid = pid;
  process.path = std::move(path);
  load(process, program);
  return process;
}

void FakeKernel::load(FakeProcess& process, const Program& program) {
  process.pages = std::make_shared<FakePages>();
  process.pages->map(text_base);
  process.pages->map(data_base);
  process.pages->map(vdso_base);
  process.pages->write(vdso_base, std::as_bytes(std::span("\x0f\x05")));  // syscall
  process.pages->write(text_base, std::as_bytes(std::span(program)).first(std::min(program.size(), page_bytes)));
}

FakeTask& FakeKernel::add_task(FakeProcess& process, Tid tid, std::uint64_t offset) {
  auto& task = *(tasks_[tid] = std::make_unique<FakeTask>());
  task.tid = tid;
  task.process = &process;
  task.registers.rip = text(offset).value;
  task.registers.cs = 0x33;
  task.registers.ss = 0x2b;
  task.registers.orig_rax = ~0ull;
  task.extended.resize(arch::amd64::extended_state_bytes());
  return task;
}

Pid FakeKernel::start(const Program& program, std::vector<std::uint64_t> threads) {
  auto& process = add_process(program, "/bin/started");
  for (const auto offset : threads)
    add_task(process, tasks_of(process.pid).empty() ? leader_of(process.pid) : Tid{next_id()}, offset);
  return process.pid;
}

void FakeKernel::set_handler(Pid pid, Signal signal, std::uint64_t offset) {
  process(pid)->handlers[signal.number] = text(offset);
}

void FakeKernel::send(Tid to, Signal signal, int code) { queue(*task(to), signal, code); }
void FakeKernel::kill(Pid pid) { end_process(*process(pid), {true, SIGKILL}); }

std::uint8_t FakeKernel::data_at(Pid pid, std::uint64_t offset) {
  return std::to_integer<std::uint8_t>(*process(pid)->pages->find(data(offset)));
}
std::uint8_t FakeKernel::text_at(Pid pid, std::uint64_t offset) {
  return std::to_integer<std::uint8_t>(*process(pid)->pages->find(text(offset)));
}
Address FakeKernel::pc_of(Tid tid) { return Address{task(tid)->registers.rip}; }
std::vector<Pid> FakeKernel::processes_running(const std::string& path) const {
  std::vector<Pid> found;
  for (const auto& [pid, process] : processes_)
    if (process->path == path) found.push_back(pid);
  return found;
}

bool FakeKernel::alive(Pid pid) const { return processes_.contains(pid) && !processes_.at(pid)->ending; }

std::optional<FakeEnd> FakeKernel::end_of(Pid pid) const {
  const auto end = ends_.find(pid);
  return end == ends_.end() ? std::nullopt : std::optional(end->second);
}

std::vector<Tid> FakeKernel::tasks_of(Pid pid) const {
  std::vector<Tid> tids;
  for (const auto& [tid, task] : tasks_)
    if (task->process->pid == pid) tids.push_back(tid);
  return tids;
}

bool FakeKernel::running(Tid tid) const {
  const auto found = tasks_.find(tid);
  return found != tasks_.end() && found->second->state == State::Running;
}
bool FakeKernel::traced(Tid tid) const {
  const auto found = tasks_.find(tid);
  return found != tasks_.end() && found->second->traced;
}

FakeTask* FakeKernel::task(Tid tid) {
  const auto found = tasks_.find(tid);
  return found == tasks_.end() ? nullptr : found->second.get();
}
FakeTask* FakeKernel::stopped_task(Tid tid) {
  auto* found = task(tid);
  return found != nullptr && found->traced && found->state == State::Stopped && !found->listening ? found : nullptr;
}
FakeProcess* FakeKernel::process(Pid pid) {
  const auto found = processes_.find(pid);
  return found == processes_.end() ? nullptr : found->second.get();
}

// ---- waitpid

void FakeKernel::report(FakeTask& task, const ChildEvent& event) {
  task.event = event;
  std::erase(reports_, task.tid);
  reports_.push_back(task.tid);
}

std::optional<ChildEvent> FakeKernel::take_event() {
  if (reports_.empty() && (busy_looks > 0 || !std::exchange(has_run_, true))) {
    busy_looks = std::max(busy_looks - 1, 0);
    run();
  }
  if (!reports_.empty()) return take_event_of(reports_.front());
  has_run_ = false;
  return std::nullopt;
}

std::optional<ChildEvent> FakeKernel::take_event_of(Tid tid) {
  if (std::find(reports_.begin(), reports_.end(), tid) == reports_.end()) run();
  if (std::find(reports_.begin(), reports_.end(), tid) == reports_.end()) return std::nullopt;
  std::erase(reports_, tid);
  auto& owner = *task(tid);
  const auto event = *std::exchange(owner.event, std::nullopt);
  if (event.kind != ChildEvent::Kind::Stopped) remove_task(tid);
  return event;
}

bool FakeKernel::event_waits() const { return !reports_.empty(); }

// ---- ptrace

Result<Pid> FakeKernel::launch(const std::string& program) {
  constexpr std::string_view folder = "/bin/";
  if (!program.starts_with(folder)) return failure(ENOENT, "Cannot exec " + program + ": No such file or directory");
  const auto image = images_.find(std::atoi(program.c_str() + folder.size()));
  if (image == images_.end()) return failure(ENOENT, "Cannot exec " + program + ": No such file or directory");
  auto& process = add_process(image->second, program);
  auto& leader = add_task(process, leader_of(process.pid), 0);
  leader.traced = true;
  leader.state = State::Stopped;
  return process.pid;
}

Result<void> FakeKernel::seize(Tid tid) {
  auto* found = task(tid);
  if (found == nullptr) return no_such_task();
  if (found->traced || found->state == State::Zombie) return failure(EPERM, "may not be traced");
  found->traced = true;
  if (found->in_group_stop) stop(*found, Signal{SIGSTOP}, PtraceEvent::Stop);
  return {};
}

// Reaches a thread that stands in a stop too: it stops once more as soon as it is resumed.
Result<void> FakeKernel::interrupt(Tid tid) {
  auto* found = task(tid);
  if (found == nullptr || !found->traced || found->state == State::Zombie) return no_such_task();
  if (uninterruptible.contains(tid)) return {};
  if (found->listening) {
    found->listening = false;
    stop(*found, Signal{SIGSTOP}, PtraceEvent::Stop);
    return {};
  }
  found->interrupt_requested = true;
  found->until_interrupt = instructions_after_interrupt;
  return {};
}

Result<void> FakeKernel::resume(Tid tid, How how, Signal deliver) {
  auto* found = stopped_task(tid);
  if (found == nullptr) return no_such_task();
  set_going(*found, how, deliver);
  return {};
}

void FakeKernel::set_going(FakeTask& task, How how, Signal signal) {
  std::erase(reports_, task.tid);
  task.event.reset();
  task.state = State::Running;
  task.how = how;
  task.in_group_stop = false;
  const bool injects = std::exchange(task.in_signal_stop, false);
  if (injects && signal) deliver(task, signal);
}

Result<void> FakeKernel::listen(Tid tid) {
  auto* found = stopped_task(tid);
  if (found == nullptr) return no_such_task();
  if (!found->in_group_stop) return failure(EIO, "not in a group-stop");
  found->listening = true;
  return {};
}

Result<void> FakeKernel::detach(Tid tid, Signal deliver) {
  auto* found = stopped_task(tid);
  if (found == nullptr) return no_such_task();
  found->traced = false;
  found->interrupt_requested = false;
  const bool stays = found->in_group_stop && found->process->group_stopped;
  set_going(*found, How::Continue, deliver);
  if (!stays) return {};
  found->in_group_stop = true;
  found->state = State::Stopped;
  return {};
}

// ---- kill

Result<void> FakeKernel::signal_task(Tid tid, Signal signal) {
  auto* found = task(tid);
  if (found == nullptr || found->state == State::Zombie) return no_such_task();
  queue(*found, signal, SI_TKILL);
  return {};
}

Result<void> FakeKernel::signal_process(Pid pid, Signal signal) {
  auto* found = process(pid);
  if (found == nullptr) return no_such_task();
  for (const Tid tid : tasks_of(pid))
    if (task(tid)->state != State::Zombie || signal.number == SIGKILL) {
      queue(*task(tid), signal, SI_USER);
      return {};
    }
  return {};
}

}  // namespace support
