#include "target/linux/ptrace.hpp"

#include <elf.h>
#include <linux/audit.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace target::linux {
namespace {

Result<void> request(__ptrace_request what, Tid tid, std::uintptr_t address, std::uintptr_t data,
                     const char* doing) {
  if (ptrace(what, tid.value, address, data) == 0) return {};
  return system_failure(std::string(doing) + " thread " + std::to_string(tid.value));
}

std::uintptr_t data(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

std::uintptr_t debug_register_offset(int number) {
  return offsetof(struct user, u_debugreg) + static_cast<std::size_t>(number) * sizeof(unsigned long);
}

}  // namespace

Result<void> seize(Tid tid, Ending ending, SeccompEvents seccomp) {
  std::uintptr_t options = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                           PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD;
  if (ending == Ending::DiesWithServer) options |= PTRACE_O_EXITKILL;
  if (seccomp == SeccompEvents::Reported) options |= PTRACE_O_TRACESECCOMP;
  return request(PTRACE_SEIZE, tid, 0, options, "seize");
}

Result<void> interrupt(Tid tid) { return request(PTRACE_INTERRUPT, tid, 0, 0, "interrupt"); }

Result<void> resume(Tid tid, Signal deliver) {
  return request(PTRACE_CONT, tid, 0, static_cast<std::uintptr_t>(deliver.number), "continue");
}

Result<void> single_step(Tid tid, Signal deliver) {
  return request(PTRACE_SINGLESTEP, tid, 0, static_cast<std::uintptr_t>(deliver.number), "step");
}

Result<void> resume_to_syscall(Tid tid, Signal deliver) {
  return request(PTRACE_SYSCALL, tid, 0, static_cast<std::uintptr_t>(deliver.number), "continue");
}

Result<SyscallStop> syscall_stop(Tid tid) {
  __ptrace_syscall_info info{};
  if (ptrace(PTRACE_GET_SYSCALL_INFO, tid.value, sizeof info, &info) < 0)
    return system_failure("read the system call of thread " + std::to_string(tid.value));
  SyscallStop stop;
  stop.entry = info.op == PTRACE_SYSCALL_INFO_ENTRY || info.op == PTRACE_SYSCALL_INFO_SECCOMP;
  if (!stop.entry) {
    stop.result = {info.exit.rval, info.exit.is_error != 0};
    return stop;
  }
  // Both kinds of entry begin alike.
  stop.call.number = static_cast<int>(info.entry.nr);
  stop.call.table = info.arch == AUDIT_ARCH_I386 ? SystemCallTable::I386 : SystemCallTable::Amd64;
  std::copy(std::begin(info.entry.args), std::end(info.entry.args), stop.call.arguments.begin());
  return stop;
}

Result<void> listen(Tid tid) { return request(PTRACE_LISTEN, tid, 0, 0, "listen to"); }

Result<void> detach(Tid tid, Signal deliver) {
  return request(PTRACE_DETACH, tid, 0, static_cast<std::uintptr_t>(deliver.number), "detach from");
}

Result<std::uint64_t> event_message(Tid tid) {
  unsigned long message = 0;
  if (auto done = request(PTRACE_GETEVENTMSG, tid, 0, data(&message), "read the event of"); !done)
    return tl::unexpected(done.error());
  return message;
}

Result<void> get_siginfo(Tid tid, std::span<std::byte, siginfo_bytes> into) {
  return request(PTRACE_GETSIGINFO, tid, 0, data(into.data()), "read the siginfo of");
}

Result<void> set_siginfo(Tid tid, std::span<const std::byte, siginfo_bytes> from) {
  return request(PTRACE_SETSIGINFO, tid, 0, data(from.data()), "write the siginfo of");
}

Result<std::uint64_t> signal_mask(Tid tid) {
  std::uint64_t blocked = 0;
  auto got = request(PTRACE_GETSIGMASK, tid, sizeof blocked, data(&blocked), "read the signal mask of");
  if (!got) return tl::unexpected(got.error());
  return blocked;
}

Result<void> set_signal_mask(Tid tid, std::uint64_t blocked) {
  return request(PTRACE_SETSIGMASK, tid, sizeof blocked, data(&blocked), "write the signal mask of");
}

bool trap_is_queued(Tid tid) {
  std::array<siginfo_t, 8> queue;
  __ptrace_peeksiginfo_args from{.off = 0, .flags = 0, .nr = queue.size()};
  const long count = ptrace(PTRACE_PEEKSIGINFO, tid.value, &from, queue.data());
  for (long i = 0; i < count; ++i) {
    const auto& info = queue[static_cast<std::size_t>(i)];
    if (info.si_signo == SIGTRAP && info.si_code > 0) return true;
  }
  return false;
}

Result<void> get_general_registers(Tid tid, std::span<std::byte> into) {
  return request(PTRACE_GETREGS, tid, 0, data(into.data()), "read the registers of");
}

Result<void> set_general_registers(Tid tid, std::span<const std::byte> from) {
  return request(PTRACE_SETREGS, tid, 0, data(from.data()), "write the registers of");
}

Result<bool> code_is_32_bit(Tid tid) {
  constexpr unsigned long user_32_bit_code = 0x23;  // __USER32_CS
  user_regs_struct registers{};
  auto done = get_general_registers(tid, std::as_writable_bytes(std::span(&registers, 1)));
  if (!done) return tl::unexpected(done.error());
  return registers.cs == user_32_bit_code;
}

Result<std::size_t> get_register_set(Tid tid, unsigned type, std::span<std::byte> into) {
  iovec vector{into.data(), into.size()};
  if (auto done = request(PTRACE_GETREGSET, tid, type, data(&vector), "read the extended registers of"); !done)
    return tl::unexpected(done.error());
  return vector.iov_len;
}

Result<std::size_t> get_extended_state(Tid tid, std::span<std::byte> into) {
  return get_register_set(tid, NT_X86_XSTATE, into);
}

Result<void> set_extended_state(Tid tid, std::span<const std::byte> from) {
  iovec vector{const_cast<std::byte*>(from.data()), from.size()};
  return request(PTRACE_SETREGSET, tid, NT_X86_XSTATE, data(&vector),
                 "write the extended registers of");
}

Result<std::uint64_t> get_debug_register(Tid tid, int number) {
  errno = 0;
  const long value = ptrace(PTRACE_PEEKUSER, tid.value, debug_register_offset(number), nullptr);
  if (errno != 0)
    return system_failure("read debug register " + std::to_string(number) + " of thread " +
                          std::to_string(tid.value));
  return static_cast<std::uint64_t>(value);
}

Result<void> set_debug_register(Tid tid, int number, std::uint64_t value) {
  return request(PTRACE_POKEUSER, tid, debug_register_offset(number), value,
                 "write a debug register of");
}

Result<std::uint64_t> peek(Tid tid, Address at) {
  errno = 0;
  const long word = ptrace(PTRACE_PEEKDATA, tid.value, at.value, nullptr);
  if (errno != 0) return system_failure("read memory of thread " + std::to_string(tid.value));
  return static_cast<std::uint64_t>(word);
}

Result<void> poke(Tid tid, Address at, std::uint64_t word) {
  return request(PTRACE_POKEDATA, tid, at.value, word, "write memory of");
}

}  // namespace target::linux
