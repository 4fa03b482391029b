// How the fake kernel lets threads run, one instruction after the other.

#include "tests/support/fake_kernel/kernel.hpp"

#include <csignal>

#include "target/arch/amd64/debug_registers.hpp"

namespace support {

using namespace target;
using linux::PtraceEvent;
using State = FakeTask::State;
using How = FakeTask::How;

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

}  // namespace support
