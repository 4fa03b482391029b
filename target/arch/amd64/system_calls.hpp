#pragma once

#include <sys/syscall.h>
#include <sys/user.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace target::arch::amd64 {

/// System calls that the kernel ends with EINTR when their thread is made to stop, although no handler runs
/// (signal(7), "Interruption of system calls by stop signals"; the calls on sockets only with a timeout). None of
/// them has done anything by then, so they can be made again.
///
/// Measured on Linux 6.18 with PTRACE_INTERRUPT. A timeout that is given as a duration begins anew.
inline constexpr std::array<std::uint64_t, 21> ended_by_stops{
    SYS_read,     SYS_write,      SYS_readv,           SYS_writev,
    SYS_connect,  SYS_accept,     SYS_accept4,         SYS_recvfrom,
    SYS_recvmsg,  SYS_recvmmsg,   SYS_sendto,          SYS_sendmsg,
    SYS_sendmmsg, SYS_epoll_wait, SYS_epoll_pwait,     441 /* epoll_pwait2, Linux 5.11 */,
    SYS_semop,    SYS_semtimedop, SYS_rt_sigtimedwait, SYS_io_getevents,
    426 /* io_uring_enter, Linux 5.1 */};

/// True for registers at the end of such a call, before the thread has seen its result.
inline bool ended_by_stop(const user_regs_struct& registers) {
  constexpr std::uint64_t code_segment_of_64_bits = 0x33;  // the numbers of i386 are different ones
  return registers.rax == static_cast<std::uint64_t>(-EINTR) &&
         registers.cs == code_segment_of_64_bits &&
         std::find(ended_by_stops.begin(), ended_by_stops.end(), registers.orig_rax) !=
             ended_by_stops.end();
}

/// -ERESTARTNOHAND, the kernel's own word for its own use: when the thread is resumed the call is made again, but
/// if a handler runs first it fails with EINTR as it should.
inline constexpr std::uint64_t made_again_unless_handled = static_cast<std::uint64_t>(-514);

}  // namespace target::arch::amd64
