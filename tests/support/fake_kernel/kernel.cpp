#include "tests/support/fake_kernel/kernel.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <unistd.h>

#include "target/arch/amd64/debug_registers.hpp"
#include "target/arch/amd64/register_table.hpp"

namespace support {

using namespace target;
using linux::ChildEvent;
using linux::PtraceEvent;
using State = FakeTask::State;
using How = FakeTask::How;

namespace {

FakeKernel* current = nullptr;

constexpr int stop_signals[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
constexpr int ignored_signals[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};

bool is_one_of(std::span<const int> signals, Signal signal) {
  return std::find(signals.begin(), signals.end(), signal.number) != signals.end();
}

tl::unexpected<Error> no_such_task() { return failure(ESRCH, "no such task, or it is not stopped"); }

bool takes_operand(Op op) {
  switch (op) {
    case Op::Jump:
    case Op::JumpIfZero:
    case Op::Exit:
    case Op::ExitGroup:
    case Op::Clone:
    case Op::Exec:
    case Op::Raise:
    case Op::Store:
    case Op::Syscall:
      return true;
    default:
      return false;
  }
}

ChildEvent end_of_task(Tid tid, FakeEnd end) {
  if (end.by_signal) return {.tid = tid, .kind = ChildEvent::Kind::Killed, .signal = Signal{end.number}};
  return {.tid = tid, .kind = ChildEvent::Kind::Exited, .exit_code = end.number};
}

}  // namespace

// ---- memory

std::byte* FakePages::find(Address at) {
  const auto page = pages_.find(at.value / page_bytes);
  return page == pages_.end() ? nullptr : &page->second[at.value % page_bytes];
}

std::size_t FakePages::read(Address from, std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto* place = find(from + done);
    if (place == nullptr) break;
    const auto size = std::min<std::size_t>(into.size() - done, page_bytes - (from + done).value % page_bytes);
    std::memcpy(into.data() + done, place, size);
    done += size;
  }
  return done;
}

std::size_t FakePages::write(Address to, std::span<const std::byte> from) {
  std::size_t done = 0;
  while (done < from.size()) {
    auto* place = find(to + done);
    if (place == nullptr) break;
    const auto size = std::min<std::size_t>(from.size() - done, page_bytes - (to + done).value % page_bytes);
    std::memcpy(place, from.data() + done, size);
    done += size;
  }
  return done;
}

std::vector<AddressRange> FakePages::ranges() const {
  std::vector<AddressRange> ranges;
  for (const auto& [number, page] : pages_)
    ranges.push_back({Address{number * page_bytes}, Address{(number + 1) * page_bytes}});
  return ranges;
}

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
  if (reports_.empty() && !std::exchange(has_run_, true)) run();
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

void FakeKernel::stop(FakeTask& task, Signal signal, PtraceEvent event) {
  task.state = State::Stopped;
  task.interrupt_requested = false;
  task.in_signal_stop = event == PtraceEvent::None && signal.number < 65;
  task.in_group_stop = event == PtraceEvent::Stop && is_one_of(stop_signals, signal);
  siginfo_t info{};
  info.si_signo = signal.number;
  info.si_code = task.in_signal_stop ? task.current.code : 0;
  std::memcpy(task.siginfo.data(), &info, sizeof info);
  report(task, {.tid = task.tid, .kind = ChildEvent::Kind::Stopped, .signal = signal, .event = event});
}

// ---- signals

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

void FakeKernel::queue(FakeTask& task, Signal signal, int code) {
  if (signal.number == SIGKILL) return end_process(*task.process, {true, SIGKILL});
  if (signal.number == SIGCONT) continue_group(*task.process);
  const bool standard = signal.number < 32;
  const bool waits = std::any_of(task.signals.begin(), task.signals.end(),
                                 [&](const auto& other) { return other.signal == signal; });
  if (!standard || !waits) task.signals.push_back({signal, code});
}

void FakeKernel::deliver(FakeTask& task, Signal signal) {
  auto& process = *task.process;
  if (signal.number == SIGKILL) return end_process(process, {true, SIGKILL});
  if (const auto handler = process.handlers.find(signal.number); handler != process.handlers.end()) {
    task.handler_returns.push_back(task.registers.rip);
    task.registers.rip = handler->second.value;
    task.paused = false;
    // ptrace_notify: a stepped thread stops at the handler's first instruction.
    if (task.how == How::Step && task.traced) task.signals.push_front({Signal{SIGTRAP}, SIGTRAP});
    return;
  }
  if (is_one_of(ignored_signals, signal)) return;
  if (is_one_of(stop_signals, signal)) return begin_group_stop(process, signal);
  end_process(process, {true, signal.number});
}

void FakeKernel::begin_group_stop(FakeProcess& process, Signal signal) {
  process.group_stopped = true;
  for (const Tid tid : tasks_of(process.pid)) {
    auto& member = *task(tid);
    if (member.state == State::Running && !member.traced) {
      member.in_group_stop = true;
      member.state = State::Stopped;
    } else if (member.state != State::Zombie && !member.in_group_stop) {
      member.joins_group_stop = signal;
    }
  }
}

void FakeKernel::continue_group(FakeProcess& process) {
  if (!std::exchange(process.group_stopped, false)) return;
  for (const Tid tid : tasks_of(process.pid)) {
    auto& member = *task(tid);
    member.joins_group_stop.reset();
    if (!member.in_group_stop) continue;
    if (!member.traced) {
      member.in_group_stop = false;
      member.state = State::Running;
    } else if (std::exchange(member.listening, false)) {
      stop(member, Signal{SIGTRAP}, PtraceEvent::Stop);
    }
  }
}

// ---- running

void FakeKernel::run() {
  std::vector<Tid> ready;
  for (const auto& [tid, task] : tasks_)
    if (task->state == State::Running) ready.push_back(tid);
  for (const Tid tid : ready) run_task(tid);
}

void FakeKernel::run_task(Tid tid) {
  for (int i = 0; i < instructions_a_turn; ++i) {
    auto* found = task(tid);
    if (found == nullptr || found->state != State::Running || found->waits_for_vfork) return;
    if (const auto signal = std::exchange(found->joins_group_stop, std::nullopt))
      return stop(*found, *signal, PtraceEvent::Stop);
    if (found->interrupt_requested && found->until_interrupt-- <= 0)
      return stop(*found, Signal{SIGTRAP}, PtraceEvent::Stop);
    // An interrupt is looked at before the signals that are queued.
    if (found->interrupt_requested && !found->signals.empty()) {
      found->until_interrupt = 0;
      continue;
    }
    if (!attend_to_signals(*found)) continue;
    if (found->paused || frozen.contains(tid)) {
      if (!found->interrupt_requested) return;
      found->until_interrupt = 0;
      continue;
    }
    if (!execute(*found)) continue;
    found = task(tid);
    if (found != nullptr && found->state == State::Running && found->how == How::Step && found->traced)
      trap(*found, TRAP_TRACE);
  }
}

// False if a signal has changed what the thread does next.
bool FakeKernel::attend_to_signals(FakeTask& task) {
  if (task.signals.empty()) return true;
  task.current = task.signals.front();
  task.signals.pop_front();
  if (task.traced)
    stop(task, task.current.signal, PtraceEvent::None);
  else
    deliver(task, task.current.signal);
  return false;
}

void FakeKernel::trap(FakeTask& task, int code) { task.signals.push_front({Signal{SIGTRAP}, code}); }

bool FakeKernel::breaks_before(FakeTask& task) {
  const Address pc{task.registers.rip};
  const auto resumed_at = std::exchange(task.resumed_at, std::nullopt);
  if (resumed_at == pc) return false;
  const auto control = task.debug[arch::amd64::control_register];
  for (std::size_t i = 0; i < arch::amd64::debug_slots; ++i) {
    const bool on = (control >> (2 * i) & 1) != 0;
    const bool execute = (control >> (16 + 4 * i) & 3) == 0;
    if (!on || !execute || task.debug[i] != pc.value) continue;
    task.debug[arch::amd64::status_register] |= 1u << i;
    task.resumed_at = pc;
    trap(task, TRAP_HWBKPT);
    return true;
  }
  return false;
}

void FakeKernel::watch_store(FakeTask& task, Address at) {
  constexpr std::array<std::uint64_t, 4> lengths{1, 2, 8, 4};
  const auto control = task.debug[arch::amd64::control_register];
  for (std::size_t i = 0; i < arch::amd64::debug_slots; ++i) {
    const auto length = lengths[control >> (18 + 4 * i) & 3];
    const bool watches = (control >> (2 * i) & 1) != 0 && (control >> (16 + 4 * i) & 1) != 0;
    if (!watches || at.value < task.debug[i] || at.value - task.debug[i] >= length) continue;
    task.debug[arch::amd64::status_register] |= 1u << i;
    if (task.signals.empty()) trap(task, TRAP_HWBKPT);
  }
}

// True if an instruction has been completed.
bool FakeKernel::execute(FakeTask& task) {
  if (task.syscall) {
    const int number = *std::exchange(task.syscall, std::nullopt);
    if (!stop_at_syscall(task, number, false)) return true;
    return false;
  }
  if (breaks_before(task)) return false;
  const Address pc{task.registers.rip};
  auto& pages = *task.process->pages;
  const auto* code = pages.find(pc);
  if (code == nullptr) {
    queue(task, Signal{SIGSEGV}, SEGV_MAPERR);
    return false;
  }
  const auto op = static_cast<Op>(*code);
  std::uint8_t operand = 0;
  if (takes_operand(op)) {
    const auto* next = pages.find(pc + 1);
    if (next == nullptr) {
      queue(task, Signal{SIGSEGV}, SEGV_MAPERR);
      return false;
    }
    operand = std::to_integer<std::uint8_t>(*next);
  }
  task.registers.rip += takes_operand(op) ? 2 : 1;
  return perform(task, op, operand);
}

bool FakeKernel::perform(FakeTask& task, Op op, std::uint8_t operand) {
  switch (op) {
    case Op::Nop:
      return true;
    case Op::Int3:
      trap(task, SI_KERNEL);
      return false;
    case Op::Jump:
      task.registers.rip += static_cast<std::uint64_t>(static_cast<std::int8_t>(operand));
      return true;
    case Op::JumpIfZero:
      if (task.registers.rax == 0) task.registers.rip += static_cast<std::uint64_t>(static_cast<std::int8_t>(operand));
      return true;
    case Op::Store: {
      auto& cell = *task.process->pages->find(data(operand));
      cell = std::byte(std::to_integer<unsigned>(cell) + 1);
      watch_store(task, data(operand));
      return task.signals.empty();
    }
    case Op::Raise:
      if (operand >= 1 && operand <= 64) queue(task, Signal{operand}, SI_TKILL);
      return true;
    case Op::Fault:
      task.registers.rip -= 1;
      queue(task, Signal{SIGSEGV}, SEGV_MAPERR);
      return false;
    case Op::Pause:
      task.paused = true;
      return true;
    case Op::SigReturn:
      if (!task.handler_returns.empty()) {
        task.registers.rip = task.handler_returns.back();
        task.handler_returns.pop_back();
      }
      return true;
    case Op::Syscall:
      task.registers.orig_rax = operand;
      if (!stop_at_syscall(task, operand, true)) return true;
      task.syscall = operand;
      return false;
    case Op::Clone: clone(task, operand); return false;
    case Op::Fork: fork(task, false); return false;
    case Op::Vfork: fork(task, true); return false;
    case Op::Exec: exec(task, operand); return false;
    case Op::Exit: exit_task(task, operand); return false;
    case Op::ExitGroup: end_process(*task.process, {false, operand}); return false;
  }
  task.registers.rip -= 1;
  queue(task, Signal{SIGILL}, ILL_ILLOPN);
  return false;
}

bool FakeKernel::stop_at_syscall(FakeTask& task, int number, bool entry) {
  if (!task.traced || task.how != How::ToSyscall) return false;
  task.registers.orig_rax = static_cast<std::uint64_t>(number);
  stop(task, Signal{SIGTRAP | 0x80}, PtraceEvent::None);
  task.at_syscall_entry = entry;
  return true;
}

// ---- births and ends

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

}  // namespace support
