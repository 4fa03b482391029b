#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace target::arch::i386 {

/// Both forms of siginfo_t have this size.
inline constexpr std::size_t siginfo_bytes = 128;
using Siginfo = std::array<std::byte, siginfo_bytes>;

/// The kernel gives a 64-bit tracer the siginfo_t of 64-bit programs whatever the thread is. These make of it
/// what a 32-bit program's handler would get, and back. Which member of the union counts follows from the
/// signal and si_code, as in the kernel; what lies outside of it becomes zero.
Siginfo narrow_siginfo(std::span<const std::byte, siginfo_bytes> wide);
Siginfo widen_siginfo(std::span<const std::byte, siginfo_bytes> narrow);

}  // namespace target::arch::i386
