#include "target/linux/remote_call.hpp"

#include <sys/ptrace.h>
#include <sys/user.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <span>
#include <vector>

#include "target/linux/memory_io.hpp"
#include "target/linux/proc_fs.hpp"
#include "target/linux/ptrace.hpp"
#include "target/linux/send_signal.hpp"

namespace target::linux {
namespace {

/// Where a thread tells the kernel which restartable sequence it is in, rseq(2). Linux 5.13.
std::optional<Address> sequence_field(Tid tid) {
  constexpr std::uint64_t offset_of_rseq_cs = 8;
  __ptrace_rseq_configuration known{};
  const auto bytes = ptrace(PTRACE_GET_RSEQ_CONFIGURATION, tid.value, sizeof known, &known);
  if (bytes < static_cast<long>(sizeof known) || known.rseq_abi_pointer == 0) return std::nullopt;
  return Address{known.rseq_abi_pointer + offset_of_rseq_cs};
}

/// The sequence that a thread is in. The kernel takes the note away when it sees the thread elsewhere, as it does in a
/// call of ours, and would let it go on in the middle later.
class Sequence {
 public:
  explicit Sequence(Tid tid) : tid_(tid), field_(sequence_field(tid)) {
    if (field_) (void)MemoryIo(tid).read(*field_, std::as_writable_bytes(std::span(&address_, 1)));
  }
  void restore() const {
    if (address_ != 0) (void)MemoryIo(tid_).write(*field_, std::as_bytes(std::span(&address_, 1)));
  }

 private:
  Tid tid_;
  std::optional<Address> field_;
  std::uint64_t address_ = 0;
};

/// Whatever of a thread a remote call changes.
class Preserved {
 public:
  static std::optional<Preserved> of(Tid tid) {
    Preserved state(tid);
    const auto mask = signal_mask(tid);
    if (!mask || !get_general_registers(tid, std::as_writable_bytes(std::span(&state.registers_, 1))))
      return std::nullopt;
    state.mask_ = *mask;
    state.has_siginfo_ = get_siginfo(tid, state.siginfo_).has_value();
    return state;
  }
  const user_regs_struct& registers() const { return registers_; }

  void restore() {
    (void)set_general_registers(tid_, std::as_bytes(std::span(&registers_, 1)));
    (void)set_signal_mask(tid_, mask_);
    sequence_.restore();
    if (has_siginfo_) (void)set_siginfo(tid_, siginfo_);
  }

 private:
  explicit Preserved(Tid tid) : tid_(tid), sequence_(tid) {}
  Tid tid_;
  Sequence sequence_;
  user_regs_struct registers_{};
  std::uint64_t mask_ = 0;
  bool has_siginfo_ = false;
  std::array<std::byte, siginfo_bytes> siginfo_{};
};

user_regs_struct prepared(user_regs_struct registers, Address instruction, const RemoteCall& call) {
  registers.rip = instruction.value;
  registers.rax = call.number;
  // Or the kernel would restart a call that the thread was interrupted in.
  registers.orig_rax = ~0ull;
  registers.rdi = call.arguments[0];
  registers.rsi = call.arguments[1];
  registers.rdx = call.arguments[2];
  registers.r10 = call.arguments[3];
  registers.r8 = call.arguments[4];
  registers.r9 = call.arguments[5];
  return registers;
}

/// What came in between while the thread was on its way.
struct OnTheWay {
  bool interrupted = false;
  Signal signal;  // SIGSTOP: the others are blocked
  std::optional<Pid> born;
};

// True when the step is done.
bool step_once(Tid tid, ChildEvents& events, OnTheWay& seen) {
  for (;;) {
    if (!single_step(tid, Signal{})) return false;
    const auto event = events.wait(tid);
    if (!event) return false;
    if (event->kind != ChildEvent::Kind::Stopped) {
      events.put_back(*event);
      return false;
    }
    if (event->event == PtraceEvent::None && event->signal.number == SIGTRAP) return true;
    if (event->event == PtraceEvent::None)
      seen.signal = event->signal;
    else if (event->event == PtraceEvent::Clone)
      seen.born = Pid{static_cast<int>(event_message(tid).value_or(0))};
    else
      seen.interrupted = true;
  }
}

}  // namespace

std::optional<Address> find_syscall_instruction(Tid thread) {
  constexpr std::array instruction{std::byte{0x0f}, std::byte{0x05}};
  const auto mappings = mappings_of(Pid{thread.value});
  if (!mappings || is_32_bit(Pid{thread.value}).value_or(true)) return std::nullopt;
  for (const auto& mapping : *mappings) {
    if (mapping.path != "[vdso]") continue;
    std::vector<std::byte> code(mapping.range.end - mapping.range.begin);
    if (!MemoryIo(thread).read(mapping.range.begin, code)) return std::nullopt;
    const auto found = std::search(code.begin(), code.end(), instruction.begin(), instruction.end());
    if (found == code.end()) return std::nullopt;
    return mapping.range.begin + static_cast<std::uint64_t>(found - code.begin());
  }
  return std::nullopt;
}

// The kernel takes the interrupt in before any signal, on its way out of the call (get_signal, Linux 3.4).
Result<void> leave_exec(Tid tid, ChildEvents& events) {
  if (auto asked = interrupt(tid); !asked) return asked;
  if (auto resumed = resume(tid, Signal{}); !resumed) return resumed;
  const auto event = events.wait(tid);
  if (event && event->kind == ChildEvent::Kind::Stopped && event->event == PtraceEvent::Stop) return {};
  if (event) events.put_back(*event);
  return failure(ESRCH, "thread " + std::to_string(tid.value) + " did not come out of its exec");
}

Result<std::uint64_t> call_in(Tid tid, ChildEvents& events, Address instruction, const RemoteCall& call,
                              std::optional<Pid>* born) {
  auto preserved = Preserved::of(tid);
  if (!preserved) return system_failure("look at thread " + std::to_string(tid.value));
  // A step's own SIGTRAP would be forced on a thread that blocks it, and take the program's handler away.
  constexpr std::uint64_t all_blocked = ~(1ull << (SIGTRAP - 1));
  const auto registers = prepared(preserved->registers(), instruction, call);
  OnTheWay seen;
  const bool done = set_signal_mask(tid, all_blocked) &&
                    set_general_registers(tid, std::as_bytes(std::span(&registers, 1))) &&
                    step_once(tid, events, seen);
  user_regs_struct after{};
  const bool known = done && get_general_registers(tid, std::as_writable_bytes(std::span(&after, 1))).has_value();
  preserved->restore();
  // What has been taken from the thread comes to it again.
  if (seen.interrupted) (void)interrupt(tid);
  if (const auto status = seen.signal ? task_status(tid) : std::nullopt)
    (void)send_signal(ThreadId{status->process, tid}, seen.signal);
  if (born != nullptr) *born = seen.born;
  if (!known) return failure(ESRCH, "thread " + std::to_string(tid.value) + " is gone");
  const auto result = static_cast<std::int64_t>(after.rax);
  if (result < 0 && result >= -4095)
    return system_failure("make a system call in thread " + std::to_string(tid.value), static_cast<int>(-result));
  return after.rax;
}

}  // namespace target::linux
