#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "target/types/signal.hpp"
#include "target/types/system_call.hpp"

/// ptrace(2), one function a request. ESRCH from a stopped thread means that it was killed: callers treat
/// it as an outcome. Every call must come from the thread that seized.
namespace target::linux {

enum class Ending { DiesWithServer, OutlivesServer };
/// Whether the seccomp filters of a program, SECCOMP_RET_TRACE, are ours to answer for.
enum class SeccompEvents { None, Reported };

/// PTRACE_SEIZE with the events this server lives on: clone, fork, vfork, vfork-done, exec.
Result<void> seize(Tid tid, Ending ending, SeccompEvents seccomp = SeccompEvents::None);
/// Makes a seized thread stop; nothing is queued to the program.
Result<void> interrupt(Tid tid);

Result<void> resume(Tid tid, Signal deliver);
Result<void> single_step(Tid tid, Signal deliver);
/// Like resume, but stops at the next entry to or return from a system call too.
Result<void> resume_to_syscall(Tid tid, Signal deliver);
/// Leaves a group-stopped thread stopped, but lets SIGCONT and interrupt() reach it.
Result<void> listen(Tid tid);
Result<void> detach(Tid tid, Signal deliver);

/// PTRACE_GETEVENTMSG: the new thread's id, or a former one.
Result<std::uint64_t> event_message(Tid tid);

/// siginfo_t as the kernel keeps it, 128 bytes.
inline constexpr std::size_t siginfo_bytes = 128;
Result<void> get_siginfo(Tid tid, std::span<std::byte, siginfo_bytes> into);
Result<void> set_siginfo(Tid tid, std::span<const std::byte, siginfo_bytes> from);

/// Blocked signals, bit n - 1 for signal n. PTRACE_GETSIGMASK, Linux 3.11.
Result<std::uint64_t> signal_mask(Tid tid);
Result<void> set_signal_mask(Tid tid, std::uint64_t blocked);

/// PTRACE_GET_SYSCALL_INFO (Linux 5.3), which knows entry from return; PTRACE_SYSCALL itself does not say.
struct SyscallStop {
  bool entry = false;
  SystemCall call;          ///< entry only; at the return the number is in orig_rax
  SystemCallResult result;  ///< return only
};
Result<SyscallStop> syscall_stop(Tid tid);

/// True if a SIGTRAP that the processor raised (a breakpoint, a step, a debug register) is queued for the
/// thread and has not been reported yet. PTRACE_PEEKSIGINFO, Linux 3.10.
bool trap_is_queued(Tid tid);

/// struct user_regs_struct, for a 32-bit thread too.
Result<void> get_general_registers(Tid tid, std::span<std::byte> into);
Result<void> set_general_registers(Tid tid, std::span<const std::byte> from);
/// True while the thread stands in 32-bit code, as its code segment tells.
Result<bool> code_is_32_bit(Tid tid);
/// NT_X86_XSTATE, standard (not compacted) format. Returns how many bytes the kernel has.
Result<std::size_t> get_extended_state(Tid tid, std::span<std::byte> into);
Result<void> set_extended_state(Tid tid, std::span<const std::byte> from);

/// One of the kernel's register sets, NT_* of <elf.h>, in the form that fits the code the thread stands in. Returns how
/// many bytes it has; EINVAL if there is no such set.
Result<std::size_t> get_register_set(Tid tid, unsigned type, std::span<std::byte> into);

/// Debug registers DR0-DR3, DR6 and DR7, as the kernel virtualises them for one thread.
Result<std::uint64_t> get_debug_register(Tid tid, int number);
Result<void> set_debug_register(Tid tid, int number, std::uint64_t value);

/// One aligned word; the last way to memory where /proc is not mounted.
Result<std::uint64_t> peek(Tid tid, Address at);
Result<void> poke(Tid tid, Address at, std::uint64_t word);

}  // namespace target::linux
