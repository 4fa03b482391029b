#include "target/arch/i386/siginfo.hpp"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstring>

namespace target::arch::i386 {
namespace {

// A field's place in the two forms; a longer wide one is an address, or a number with its sign.
struct Field {
  std::uint8_t wide, wide_bytes, narrow, narrow_bytes;
  bool has_sign = false;
};
using Fields = std::span<const Field>;

// si_signo, si_errno, si_code, then a union that begins at 16 and at 12.
constexpr Field head[] = {{0, 4, 0, 4}, {4, 4, 4, 4}, {8, 4, 8, 4}};
constexpr Field pid_and_uid[] = {{16, 4, 12, 4}, {20, 4, 16, 4}};
// si_timerid, si_overrun, si_value, si_sys_private
constexpr Field timer[] = {{16, 4, 12, 4}, {20, 4, 16, 4}, {24, 8, 20, 4}, {32, 4, 24, 4}};
// si_pid, si_uid, si_value
constexpr Field queued[] = {{16, 4, 12, 4}, {20, 4, 16, 4}, {24, 8, 20, 4}};
// si_pid, si_uid, si_status, si_utime, si_stime
constexpr Field child[] = {
    {16, 4, 12, 4}, {20, 4, 16, 4}, {24, 4, 20, 4}, {32, 8, 24, 4, true}, {40, 8, 28, 4, true}};
constexpr Field fault[] = {{16, 8, 12, 4}, {24, 4, 16, 4}};
// si_addr_lsb
constexpr Field memory_error[] = {{16, 8, 12, 4}, {24, 2, 16, 2}};
// si_lower, si_upper
constexpr Field bounds[] = {{16, 8, 12, 4}, {32, 8, 20, 4}, {40, 8, 24, 4}};
// si_pkey
constexpr Field protection_key[] = {{16, 8, 12, 4}, {32, 4, 20, 4}};
// si_perf_data, si_perf_type, si_perf_flags
constexpr Field perf_event[] = {{16, 8, 12, 4}, {24, 8, 16, 4}, {32, 4, 20, 4}, {36, 4, 24, 4}};
// si_band, si_fd
constexpr Field poll[] = {{16, 8, 12, 4, true}, {24, 4, 16, 4}};
// si_call_addr, si_syscall, si_arch
constexpr Field system_call[] = {{16, 8, 12, 4}, {24, 4, 16, 4}, {28, 4, 20, 4}};

// Not in the headers of every C library.
constexpr int bounds_error = 3, protection_key_error = 4;  // SEGV_BNDERR, SEGV_PKUERR
constexpr int trap_of_perf = 6;                            // TRAP_PERF

Fields fields_of_fault(int signal, int code) {
  if (signal == SIGBUS && (code == BUS_MCEERR_AR || code == BUS_MCEERR_AO)) return memory_error;
  if (signal == SIGSEGV && code == bounds_error) return bounds;
  if (signal == SIGSEGV && code == protection_key_error) return protection_key;
  if (signal == SIGTRAP && code == trap_of_perf) return perf_event;
  return fault;
}

// Any signal may stand for readiness of a file (fcntl F_SETSIG) and has the codes of SIGPOLL then.
Fields fields_of_other(int code) { return code <= POLL_HUP ? Fields(poll) : Fields(pid_and_uid); }

// The kernel's own rule: kernel/signal.c, siginfo_layout().
Fields fields_of(int signal, int code) {
  if (code == SI_TIMER) return timer;
  if (code == SI_SIGIO) return poll;
  if (code < 0) return queued;
  if (code == SI_USER || code >= SI_KERNEL) return pid_and_uid;
  switch (signal) {
    case SIGILL:
    case SIGFPE:
    case SIGSEGV:
    case SIGBUS:
    case SIGTRAP: return fields_of_fault(signal, code);
    case SIGCHLD: return child;
    case SIGSYS: return system_call;
    default: return fields_of_other(code);
  }
}

Fields fields_of(std::span<const std::byte, siginfo_bytes> info) {
  std::int32_t signal = 0, code = 0;
  std::memcpy(&signal, info.data(), sizeof signal);
  std::memcpy(&code, info.data() + 8, sizeof code);
  return fields_of(signal, code);
}

void narrow(Fields fields, std::span<const std::byte, siginfo_bytes> from, Siginfo& to) {
  for (const auto& field : fields)
    std::memcpy(&to[field.narrow], &from[field.wide], std::min(field.narrow_bytes, field.wide_bytes));
}

void widen(Fields fields, std::span<const std::byte, siginfo_bytes> from, Siginfo& to) {
  for (const auto& field : fields) {
    const bool negative =
        field.has_sign && (from[field.narrow + field.narrow_bytes - 1u] & std::byte{0x80}) != std::byte{};
    std::fill_n(&to[field.wide], field.wide_bytes, negative ? std::byte{0xff} : std::byte{});
    std::memcpy(&to[field.wide], &from[field.narrow], std::min(field.narrow_bytes, field.wide_bytes));
  }
}

}  // namespace

Siginfo narrow_siginfo(std::span<const std::byte, siginfo_bytes> wide) {
  Siginfo result{};
  narrow(head, wide, result);
  narrow(fields_of(wide), wide, result);
  return result;
}

Siginfo widen_siginfo(std::span<const std::byte, siginfo_bytes> narrow_form) {
  Siginfo result{};
  widen(head, narrow_form, result);
  widen(fields_of(narrow_form), narrow_form, result);
  return result;
}

}  // namespace target::arch::i386
