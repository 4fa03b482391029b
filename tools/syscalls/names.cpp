// Every constant's value and name is taken from the headers; which of them belong together is all that is told here.

#include "tools/syscalls/names.hpp"

#include <asm/prctl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "tools/syscalls/arguments.hpp"

namespace tools::syscalls {

namespace {

#define NAME(constant) Name{static_cast<std::uint64_t>(constant), #constant}

constexpr std::array access_choices{NAME(O_RDONLY), NAME(O_WRONLY), NAME(O_RDWR)};
// Those of several bits come before the bits that they contain.
constexpr std::array open_names{NAME(O_CREAT), NAME(O_EXCL), NAME(O_NOCTTY), NAME(O_TRUNC), NAME(O_APPEND), NAME(O_NONBLOCK),
                                NAME(O_SYNC), NAME(O_DSYNC), NAME(O_ASYNC), NAME(O_DIRECT), NAME(O_NOFOLLOW), NAME(O_NOATIME),
                                NAME(O_CLOEXEC), NAME(O_PATH), NAME(O_TMPFILE), NAME(O_DIRECTORY), Name{0100000, "O_LARGEFILE"}};
constexpr std::array at_names{NAME(AT_SYMLINK_NOFOLLOW), NAME(AT_SYMLINK_FOLLOW), NAME(AT_NO_AUTOMOUNT), NAME(AT_EMPTY_PATH),
                              NAME(AT_STATX_FORCE_SYNC), NAME(AT_STATX_DONT_SYNC)};
constexpr std::array remove_names{NAME(AT_REMOVEDIR)};
constexpr std::array access_at_names{NAME(AT_EACCESS), NAME(AT_SYMLINK_NOFOLLOW), NAME(AT_EMPTY_PATH)};
constexpr std::array rename_names{NAME(RENAME_NOREPLACE), NAME(RENAME_EXCHANGE), NAME(RENAME_WHITEOUT)};
constexpr std::array may_choices{NAME(F_OK)};
constexpr std::array may_names{NAME(R_OK), NAME(W_OK), NAME(X_OK)};
constexpr std::array whence_choices{NAME(SEEK_SET), NAME(SEEK_CUR), NAME(SEEK_END), NAME(SEEK_DATA), NAME(SEEK_HOLE)};
constexpr std::array statx_names{NAME(STATX_ALL), NAME(STATX_BASIC_STATS), NAME(STATX_TYPE), NAME(STATX_MODE), NAME(STATX_NLINK),
                                 NAME(STATX_UID), NAME(STATX_GID), NAME(STATX_ATIME), NAME(STATX_MTIME), NAME(STATX_CTIME),
                                 NAME(STATX_INO), NAME(STATX_SIZE), NAME(STATX_BLOCKS), NAME(STATX_BTIME), NAME(STATX_MNT_ID)};
constexpr std::array fcntl_choices{NAME(F_DUPFD), NAME(F_DUPFD_CLOEXEC), NAME(F_GETFD), NAME(F_SETFD), NAME(F_GETFL), NAME(F_SETFL),
                                   NAME(F_GETLK), NAME(F_SETLK), NAME(F_SETLKW), NAME(F_OFD_GETLK), NAME(F_OFD_SETLK),
                                   NAME(F_OFD_SETLKW), NAME(F_GETOWN), NAME(F_SETOWN), NAME(F_GETOWN_EX), NAME(F_SETOWN_EX),
                                   NAME(F_GETSIG), NAME(F_SETSIG), NAME(F_GETLEASE), NAME(F_SETLEASE), NAME(F_NOTIFY),
                                   NAME(F_GETPIPE_SZ), NAME(F_SETPIPE_SZ), NAME(F_ADD_SEALS), NAME(F_GET_SEALS)};
constexpr std::array lock_choices{NAME(F_RDLCK), NAME(F_WRLCK), NAME(F_UNLCK)};
constexpr std::array flock_names{NAME(LOCK_SH), NAME(LOCK_EX), NAME(LOCK_UN), NAME(LOCK_NB)};
constexpr std::array allocate_names{NAME(FALLOC_FL_KEEP_SIZE), NAME(FALLOC_FL_PUNCH_HOLE), NAME(FALLOC_FL_COLLAPSE_RANGE),
                                    NAME(FALLOC_FL_ZERO_RANGE), NAME(FALLOC_FL_INSERT_RANGE), NAME(FALLOC_FL_UNSHARE_RANGE)};
constexpr std::array advice_choices{NAME(POSIX_FADV_NORMAL), NAME(POSIX_FADV_RANDOM), NAME(POSIX_FADV_SEQUENTIAL),
                                    NAME(POSIX_FADV_WILLNEED), NAME(POSIX_FADV_DONTNEED), NAME(POSIX_FADV_NOREUSE)};
constexpr std::array splice_names{NAME(SPLICE_F_MOVE), NAME(SPLICE_F_NONBLOCK), NAME(SPLICE_F_MORE), NAME(SPLICE_F_GIFT)};
constexpr std::array ioctl_choices{
    NAME(TCGETS), NAME(TCSETS), NAME(TCSETSW), NAME(TCSETSF), NAME(TCSBRK), NAME(TCXONC), NAME(TCFLSH), NAME(TIOCGWINSZ),
    NAME(TIOCSWINSZ), NAME(TIOCGPGRP), NAME(TIOCSPGRP), NAME(TIOCSCTTY), NAME(TIOCNOTTY), NAME(TIOCGSID), NAME(TIOCGPTN),
    NAME(TIOCSPTLCK), NAME(TIOCOUTQ), NAME(FIONREAD), NAME(FIONBIO), NAME(FIOCLEX), NAME(FIONCLEX), NAME(FIOASYNC),
    NAME(SIOCGIFCONF), NAME(SIOCGIFNAME), NAME(SIOCGIFFLAGS), NAME(SIOCGIFADDR), NAME(SIOCGIFINDEX)};

constexpr std::array protection_choices{NAME(PROT_NONE)};
constexpr std::array protection_names{NAME(PROT_READ), NAME(PROT_WRITE), NAME(PROT_EXEC), NAME(PROT_GROWSDOWN), NAME(PROT_GROWSUP)};
constexpr std::array map_choices{NAME(MAP_SHARED), NAME(MAP_PRIVATE), NAME(MAP_SHARED_VALIDATE)};
constexpr std::array map_names{NAME(MAP_FIXED), NAME(MAP_ANONYMOUS), NAME(MAP_32BIT), NAME(MAP_GROWSDOWN), NAME(MAP_DENYWRITE),
                               NAME(MAP_EXECUTABLE), NAME(MAP_LOCKED), NAME(MAP_NORESERVE), NAME(MAP_POPULATE), NAME(MAP_NONBLOCK),
                               NAME(MAP_STACK), NAME(MAP_HUGETLB), NAME(MAP_SYNC), NAME(MAP_FIXED_NOREPLACE)};
constexpr std::array remap_names{NAME(MREMAP_MAYMOVE), NAME(MREMAP_FIXED), NAME(MREMAP_DONTUNMAP)};
constexpr std::array memory_advice_choices{
    NAME(MADV_NORMAL), NAME(MADV_RANDOM), NAME(MADV_SEQUENTIAL), NAME(MADV_WILLNEED), NAME(MADV_DONTNEED), NAME(MADV_FREE),
    NAME(MADV_REMOVE), NAME(MADV_DONTFORK), NAME(MADV_DOFORK), NAME(MADV_MERGEABLE), NAME(MADV_UNMERGEABLE), NAME(MADV_HUGEPAGE),
    NAME(MADV_NOHUGEPAGE), NAME(MADV_DONTDUMP), NAME(MADV_DODUMP), NAME(MADV_WIPEONFORK), NAME(MADV_KEEPONFORK), NAME(MADV_COLD),
    NAME(MADV_PAGEOUT), NAME(MADV_POPULATE_READ), NAME(MADV_POPULATE_WRITE)};
constexpr std::array sync_names{NAME(MS_ASYNC), NAME(MS_INVALIDATE), NAME(MS_SYNC)};
constexpr std::array memory_file_names{NAME(MFD_CLOEXEC), NAME(MFD_ALLOW_SEALING), NAME(MFD_HUGETLB)};

constexpr std::array clone_names{
    NAME(CLONE_VM), NAME(CLONE_FS), NAME(CLONE_FILES), NAME(CLONE_SIGHAND), NAME(CLONE_PIDFD), NAME(CLONE_PTRACE), NAME(CLONE_VFORK),
    NAME(CLONE_PARENT), NAME(CLONE_THREAD), NAME(CLONE_NEWNS), NAME(CLONE_SYSVSEM), NAME(CLONE_SETTLS), NAME(CLONE_PARENT_SETTID),
    NAME(CLONE_CHILD_CLEARTID), NAME(CLONE_DETACHED), NAME(CLONE_UNTRACED), NAME(CLONE_CHILD_SETTID), NAME(CLONE_NEWCGROUP),
    NAME(CLONE_NEWUTS), NAME(CLONE_NEWIPC), NAME(CLONE_NEWUSER), NAME(CLONE_NEWPID), NAME(CLONE_NEWNET), NAME(CLONE_IO)};
constexpr std::array wait_names{NAME(WNOHANG), NAME(WUNTRACED), NAME(WEXITED), NAME(WCONTINUED), NAME(WNOWAIT), NAME(__WALL),
                                NAME(__WCLONE), NAME(__WNOTHREAD)};
constexpr std::array wait_for_choices{NAME(P_ALL), NAME(P_PID), NAME(P_PGID), NAME(P_PIDFD)};
constexpr std::array futex_choices{
    NAME(FUTEX_WAIT), NAME(FUTEX_WAKE), NAME(FUTEX_FD), NAME(FUTEX_REQUEUE), NAME(FUTEX_CMP_REQUEUE), NAME(FUTEX_WAKE_OP),
    NAME(FUTEX_LOCK_PI), NAME(FUTEX_UNLOCK_PI), NAME(FUTEX_TRYLOCK_PI), NAME(FUTEX_WAIT_BITSET), NAME(FUTEX_WAKE_BITSET),
    NAME(FUTEX_WAIT_REQUEUE_PI), NAME(FUTEX_CMP_REQUEUE_PI), NAME(FUTEX_LOCK_PI2)};
constexpr std::array futex_names{NAME(FUTEX_PRIVATE_FLAG), NAME(FUTEX_CLOCK_REALTIME)};
constexpr std::array limit_choices{NAME(RLIMIT_AS), NAME(RLIMIT_CORE), NAME(RLIMIT_CPU), NAME(RLIMIT_DATA), NAME(RLIMIT_FSIZE),
                                   NAME(RLIMIT_LOCKS), NAME(RLIMIT_MEMLOCK), NAME(RLIMIT_MSGQUEUE), NAME(RLIMIT_NICE),
                                   NAME(RLIMIT_NOFILE), NAME(RLIMIT_NPROC), NAME(RLIMIT_RSS), NAME(RLIMIT_RTPRIO),
                                   NAME(RLIMIT_RTTIME), NAME(RLIMIT_SIGPENDING), NAME(RLIMIT_STACK)};
constexpr std::array usage_choices{NAME(RUSAGE_SELF), NAME(RUSAGE_CHILDREN), NAME(RUSAGE_THREAD)};
constexpr std::array prctl_choices{
    NAME(PR_SET_PDEATHSIG), NAME(PR_GET_PDEATHSIG), NAME(PR_GET_DUMPABLE), NAME(PR_SET_DUMPABLE), NAME(PR_GET_KEEPCAPS),
    NAME(PR_SET_KEEPCAPS), NAME(PR_SET_NAME), NAME(PR_GET_NAME), NAME(PR_GET_SECCOMP), NAME(PR_SET_SECCOMP), NAME(PR_CAPBSET_READ),
    NAME(PR_CAPBSET_DROP), NAME(PR_SET_TIMERSLACK), NAME(PR_GET_TIMERSLACK), NAME(PR_SET_MM), NAME(PR_SET_PTRACER),
    NAME(PR_SET_CHILD_SUBREAPER), NAME(PR_GET_CHILD_SUBREAPER), NAME(PR_SET_NO_NEW_PRIVS), NAME(PR_GET_NO_NEW_PRIVS),
    NAME(PR_SET_THP_DISABLE), NAME(PR_CAP_AMBIENT), NAME(PR_SET_VMA)};
constexpr std::array arch_prctl_choices{NAME(ARCH_SET_GS), NAME(ARCH_SET_FS), NAME(ARCH_GET_FS), NAME(ARCH_GET_GS),
                                        NAME(ARCH_GET_CPUID), NAME(ARCH_SET_CPUID), Name{0x3001, "ARCH_CET_STATUS"}};
constexpr std::array seccomp_choices{NAME(SECCOMP_SET_MODE_STRICT), NAME(SECCOMP_SET_MODE_FILTER), NAME(SECCOMP_GET_ACTION_AVAIL),
                                     NAME(SECCOMP_GET_NOTIF_SIZES)};
constexpr std::array priority_choices{NAME(PRIO_PROCESS), NAME(PRIO_PGRP), NAME(PRIO_USER)};
constexpr std::array scheduling_choices{NAME(SCHED_OTHER), NAME(SCHED_FIFO), NAME(SCHED_RR), NAME(SCHED_BATCH), NAME(SCHED_IDLE),
                                        NAME(SCHED_DEADLINE)};
constexpr std::array barrier_choices{NAME(MEMBARRIER_CMD_QUERY), NAME(MEMBARRIER_CMD_GLOBAL), NAME(MEMBARRIER_CMD_GLOBAL_EXPEDITED),
                                     NAME(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED), NAME(MEMBARRIER_CMD_PRIVATE_EXPEDITED),
                                     NAME(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)};
constexpr std::array random_names{NAME(GRND_NONBLOCK), NAME(GRND_RANDOM), NAME(GRND_INSECURE)};

constexpr std::array how_choices{NAME(SIG_BLOCK), NAME(SIG_UNBLOCK), NAME(SIG_SETMASK)};
constexpr std::array action_names{NAME(SA_NOCLDSTOP), NAME(SA_NOCLDWAIT), NAME(SA_SIGINFO), Name{0x04000000, "SA_RESTORER"},
                                  NAME(SA_ONSTACK), NAME(SA_RESTART), NAME(SA_NODEFER), NAME(SA_RESETHAND)};

constexpr std::array clock_choices{NAME(CLOCK_REALTIME), NAME(CLOCK_MONOTONIC), NAME(CLOCK_PROCESS_CPUTIME_ID),
                                   NAME(CLOCK_THREAD_CPUTIME_ID), NAME(CLOCK_MONOTONIC_RAW), NAME(CLOCK_REALTIME_COARSE),
                                   NAME(CLOCK_MONOTONIC_COARSE), NAME(CLOCK_BOOTTIME), NAME(CLOCK_REALTIME_ALARM),
                                   NAME(CLOCK_BOOTTIME_ALARM), NAME(CLOCK_TAI)};
constexpr std::array timer_names{NAME(TIMER_ABSTIME)};
constexpr std::array interval_choices{NAME(ITIMER_REAL), NAME(ITIMER_VIRTUAL), NAME(ITIMER_PROF)};
constexpr std::array event_fd_names{NAME(EFD_CLOEXEC), NAME(EFD_NONBLOCK), NAME(EFD_SEMAPHORE)};
constexpr std::array timer_fd_names{NAME(TFD_CLOEXEC), NAME(TFD_NONBLOCK)};
constexpr std::array signal_fd_names{NAME(SFD_CLOEXEC), NAME(SFD_NONBLOCK)};
constexpr std::array notify_names{NAME(IN_CLOEXEC), NAME(IN_NONBLOCK)};
constexpr std::array notify_mask_names{NAME(IN_ALL_EVENTS), NAME(IN_ACCESS), NAME(IN_MODIFY), NAME(IN_ATTRIB), NAME(IN_CLOSE_WRITE),
                                       NAME(IN_CLOSE_NOWRITE), NAME(IN_OPEN), NAME(IN_MOVED_FROM), NAME(IN_MOVED_TO), NAME(IN_CREATE),
                                       NAME(IN_DELETE), NAME(IN_DELETE_SELF), NAME(IN_MOVE_SELF), NAME(IN_ONLYDIR),
                                       NAME(IN_DONT_FOLLOW), NAME(IN_EXCL_UNLINK), NAME(IN_ONESHOT)};
constexpr std::array poll_names{NAME(POLLIN), NAME(POLLPRI), NAME(POLLOUT), NAME(POLLERR), NAME(POLLHUP), NAME(POLLNVAL),
                                NAME(POLLRDNORM), NAME(POLLRDBAND), NAME(POLLWRNORM), NAME(POLLWRBAND), NAME(POLLRDHUP)};
constexpr std::array epoll_names{NAME(EPOLLIN), NAME(EPOLLPRI), NAME(EPOLLOUT), NAME(EPOLLERR), NAME(EPOLLHUP), NAME(EPOLLRDNORM),
                                 NAME(EPOLLRDBAND), NAME(EPOLLWRNORM), NAME(EPOLLWRBAND), NAME(EPOLLRDHUP), NAME(EPOLLEXCLUSIVE),
                                 NAME(EPOLLWAKEUP), NAME(EPOLLONESHOT), NAME(EPOLLET)};
constexpr std::array epoll_make_names{NAME(EPOLL_CLOEXEC)};
constexpr std::array epoll_choices{NAME(EPOLL_CTL_ADD), NAME(EPOLL_CTL_DEL), NAME(EPOLL_CTL_MOD)};

constexpr std::array family_choices{NAME(AF_UNSPEC), NAME(AF_UNIX), NAME(AF_INET), NAME(AF_INET6), NAME(AF_NETLINK), NAME(AF_PACKET),
                                    NAME(AF_BLUETOOTH), NAME(AF_ALG), NAME(AF_VSOCK), NAME(AF_XDP)};
constexpr std::array kind_choices{NAME(SOCK_STREAM), NAME(SOCK_DGRAM), NAME(SOCK_RAW), NAME(SOCK_RDM), NAME(SOCK_SEQPACKET),
                                  NAME(SOCK_PACKET)};
constexpr std::array kind_names{NAME(SOCK_CLOEXEC), NAME(SOCK_NONBLOCK)};
constexpr std::array protocol_choices{NAME(IPPROTO_IP), NAME(IPPROTO_ICMP), NAME(IPPROTO_TCP), NAME(IPPROTO_UDP), NAME(IPPROTO_IPV6),
                                      NAME(IPPROTO_RAW), NAME(IPPROTO_ICMPV6)};
constexpr std::array level_choices{NAME(SOL_SOCKET), NAME(SOL_IP), NAME(SOL_TCP), Name{IPPROTO_UDP, "SOL_UDP"}, NAME(SOL_IPV6), NAME(SOL_NETLINK)};
constexpr std::array socket_option_choices{
    NAME(SO_DEBUG), NAME(SO_REUSEADDR), NAME(SO_TYPE), NAME(SO_ERROR), NAME(SO_DONTROUTE), NAME(SO_BROADCAST), NAME(SO_SNDBUF),
    NAME(SO_RCVBUF), NAME(SO_SNDBUFFORCE), NAME(SO_RCVBUFFORCE), NAME(SO_KEEPALIVE), NAME(SO_OOBINLINE), NAME(SO_PRIORITY),
    NAME(SO_LINGER), NAME(SO_REUSEPORT), NAME(SO_PASSCRED), NAME(SO_PEERCRED), NAME(SO_RCVLOWAT), NAME(SO_RCVTIMEO),
    NAME(SO_SNDTIMEO), NAME(SO_BINDTODEVICE), NAME(SO_ATTACH_FILTER), NAME(SO_TIMESTAMP), NAME(SO_ACCEPTCONN), NAME(SO_PEERSEC),
    NAME(SO_MARK), NAME(SO_PROTOCOL), NAME(SO_DOMAIN), NAME(SO_INCOMING_CPU), NAME(SO_BUSY_POLL)};
constexpr std::array tcp_option_choices{NAME(TCP_NODELAY), NAME(TCP_MAXSEG), NAME(TCP_CORK), NAME(TCP_KEEPIDLE), NAME(TCP_KEEPINTVL),
                                        NAME(TCP_KEEPCNT), NAME(TCP_SYNCNT), NAME(TCP_DEFER_ACCEPT), NAME(TCP_INFO),
                                        NAME(TCP_QUICKACK), NAME(TCP_CONGESTION), NAME(TCP_USER_TIMEOUT), NAME(TCP_FASTOPEN)};
constexpr std::array message_names{NAME(MSG_OOB), NAME(MSG_PEEK), NAME(MSG_DONTROUTE), NAME(MSG_CTRUNC), NAME(MSG_TRUNC),
                                   NAME(MSG_DONTWAIT), NAME(MSG_EOR), NAME(MSG_WAITALL), NAME(MSG_CONFIRM), NAME(MSG_ERRQUEUE),
                                   NAME(MSG_NOSIGNAL), NAME(MSG_MORE), NAME(MSG_WAITFORONE), NAME(MSG_FASTOPEN),
                                   NAME(MSG_CMSG_CLOEXEC)};
constexpr std::array shutdown_choices{NAME(SHUT_RD), NAME(SHUT_WR), NAME(SHUT_RDWR)};
constexpr std::array mount_names{NAME(MS_RDONLY), NAME(MS_NOSUID), NAME(MS_NODEV), NAME(MS_NOEXEC), NAME(MS_REMOUNT), NAME(MS_BIND),
                                 NAME(MS_MOVE), NAME(MS_REC), NAME(MS_SILENT), NAME(MS_UNBINDABLE), NAME(MS_PRIVATE), NAME(MS_SLAVE),
                                 NAME(MS_SHARED), NAME(MS_RELATIME), NAME(MS_NOATIME)};
constexpr std::array unmount_names{NAME(MNT_FORCE), NAME(MNT_DETACH), NAME(MNT_EXPIRE), NAME(UMOUNT_NOFOLLOW)};
constexpr std::array ipc_choices{NAME(IPC_RMID), NAME(IPC_SET), NAME(IPC_STAT), NAME(IPC_INFO), NAME(SHM_LOCK), NAME(SHM_UNLOCK),
                                 NAME(SHM_STAT), NAME(GETPID), NAME(GETVAL), NAME(GETALL), NAME(GETNCNT), NAME(GETZCNT), NAME(SETVAL),
                                 NAME(SETALL)};
constexpr std::array ipc_names{NAME(IPC_CREAT), NAME(IPC_EXCL), NAME(IPC_NOWAIT)};
constexpr std::array close_on_exec_names{NAME(FD_CLOEXEC)};

#undef NAME

constexpr auto every_bit = ~std::uint64_t{0};
constexpr std::uint64_t low_bits = 0xffffffff;
constexpr std::uint64_t map_type = 0xf, socket_kind = 0xf, futex_command = 0x7f, exit_signal = 0xff;

template <const NameSet& names>
std::string named(const Call& call, std::size_t index, std::size_t) {
  return in_names(call.argument(index) & low_bits, names);
}

constexpr NameSet at_flags{0, {}, at_names}, remove_flags{0, {}, remove_names}, access_flags{0, {}, access_at_names},
    rename_flags{0, {}, rename_names}, may{7, may_choices, may_names}, whence{every_bit, whence_choices, {}},
    statx_mask{0, {}, statx_names}, fcntl_commands{every_bit, fcntl_choices, {}}, flock_operations{0, {}, flock_names},
    allocate_flags{0, {}, allocate_names}, file_advice{every_bit, advice_choices, {}}, splice_flags{0, {}, splice_names},
    ioctl_requests{every_bit, ioctl_choices, {}}, protection{every_bit, protection_choices, protection_names},
    map_flags{map_type, map_choices, map_names}, remap_flags{0, {}, remap_names}, memory_advice{every_bit, memory_advice_choices, {}},
    sync_flags{0, {}, sync_names}, memory_file_flags{0, {}, memory_file_names}, wait_options{0, {}, wait_names},
    wait_for{every_bit, wait_for_choices, {}}, limits{every_bit, limit_choices, {}}, usage_of{every_bit, usage_choices, {}},
    prctl_options{every_bit, prctl_choices, {}}, arch_prctl_options{every_bit, arch_prctl_choices, {}},
    seccomp_operations{every_bit, seccomp_choices, {}}, priorities{every_bit, priority_choices, {}},
    scheduling{every_bit, scheduling_choices, {}}, barriers{every_bit, barrier_choices, {}}, random_flags{0, {}, random_names},
    how{every_bit, how_choices, {}}, timer_flags{0, {}, timer_names}, intervals{every_bit, interval_choices, {}},
    event_fd_flags{0, {}, event_fd_names}, timer_fd_flags{0, {}, timer_fd_names}, signal_fd_flags{0, {}, signal_fd_names},
    notify_flags{0, {}, notify_names}, notify_mask{0, {}, notify_mask_names}, epoll_flags{0, {}, epoll_make_names},
    protocols{every_bit, protocol_choices, {}}, levels{every_bit, level_choices, {}},
    socket_options{every_bit, socket_option_choices, {}}, tcp_options{every_bit, tcp_option_choices, {}},
    shutdown_how{every_bit, shutdown_choices, {}}, mount_flags{0, {}, mount_names}, unmount_flags{0, {}, unmount_names},
    ipc_commands{every_bit, ipc_choices, {}}, ipc_flags{0, {}, ipc_names}, accept_flags{0, {}, kind_names},
    close_on_exec{0, {}, close_on_exec_names}, descriptor_flags{0, {}, open_names};

}  // namespace

constexpr NameSet open_flags{O_ACCMODE, access_choices, open_names}, clocks{every_bit, clock_choices, {}},
    signal_actions{0, {}, action_names}, socket_families{every_bit, family_choices, {}},
    socket_kinds{socket_kind, kind_choices, kind_names}, message_flags{0, {}, message_names}, poll_events{0, {}, poll_names},
    epoll_events{0, {}, epoll_names}, epoll_operations{every_bit, epoll_choices, {}},
    futex_operations{futex_command, futex_choices, futex_names}, clone_flags{0, {}, clone_names},
    lock_kinds{every_bit, lock_choices, {}};

namespace {

// The exit signal is in the flags' lowest byte.
std::string clone_with_signal(const Call& call, std::size_t index, std::size_t) {
  const auto value = call.argument(index);
  const auto flags = value & ~exit_signal;
  const auto signal = static_cast<int>(value & exit_signal);
  if (signal == 0) return in_names(flags, clone_flags);
  return (flags != 0 ? in_names(flags, clone_flags) + "|" : "") + signal_in_words(signal);
}
std::string signal_name(const Call& call, std::size_t index, std::size_t) { return signal_in_words(static_cast<int>(call.integer(index))); }
// Which options there are depends on the level.
std::string socket_option(const Call& call, std::size_t index, std::size_t level) {
  const auto of = call.argument(level);
  if (of == SOL_SOCKET) return in_names(call.argument(index), socket_options);
  if (of == SOL_TCP) return in_names(call.argument(index), tcp_options);
  return std::to_string(call.argument(index));
}
std::string open_mode(const Call& call, std::size_t index, std::size_t flags) {
  const auto given = call.argument(flags);
  const bool makes = (given & O_CREAT) != 0 || (given & O_TMPFILE) == O_TMPFILE;
  return makes ? fmt::format("{:#o}", static_cast<std::uint32_t>(call.argument(index))) : "";
}
std::string fcntl_argument(const Call& call, std::size_t index, std::size_t command) {
  switch (call.argument(command)) {
    case F_SETFL: return in_names(call.argument(index), open_flags);
    case F_SETFD: return in_names(call.argument(index), close_on_exec);
    case F_GETFD: case F_GETFL: case F_GETSIG: case F_GETOWN: case F_GETPIPE_SZ: case F_GET_SEALS: case F_GETLEASE: return "";
    case F_DUPFD: case F_DUPFD_CLOEXEC: case F_SETPIPE_SZ: case F_SETOWN: return std::to_string(call.integer(index));
    default: return pointer(call.address(index));
  }
}

constexpr auto entry = Moment::Entry;
constexpr std::array kinds{
    ArgumentKind{"open_flags", entry, named<open_flags>}, ArgumentKind{"open_mode", entry, open_mode},
    ArgumentKind{"fd_flags", entry, named<descriptor_flags>}, ArgumentKind{"at_flags", entry, named<at_flags>},
    ArgumentKind{"remove_flags", entry, named<remove_flags>}, ArgumentKind{"access_flags", entry, named<access_flags>},
    ArgumentKind{"rename_flags", entry, named<rename_flags>}, ArgumentKind{"may", entry, named<may>},
    ArgumentKind{"whence", entry, named<whence>}, ArgumentKind{"statx_mask", entry, named<statx_mask>},
    ArgumentKind{"fcntl", entry, named<fcntl_commands>}, ArgumentKind{"fcntl_argument", entry, fcntl_argument},
    ArgumentKind{"flock", entry, named<flock_operations>}, ArgumentKind{"allocate_flags", entry, named<allocate_flags>},
    ArgumentKind{"file_advice", entry, named<file_advice>}, ArgumentKind{"splice_flags", entry, named<splice_flags>},
    ArgumentKind{"ioctl", entry, named<ioctl_requests>}, ArgumentKind{"protection", entry, named<protection>},
    ArgumentKind{"map_flags", entry, named<map_flags>}, ArgumentKind{"remap_flags", entry, named<remap_flags>},
    ArgumentKind{"memory_advice", entry, named<memory_advice>}, ArgumentKind{"sync_flags", entry, named<sync_flags>},
    ArgumentKind{"memory_file_flags", entry, named<memory_file_flags>}, ArgumentKind{"clone_flags", entry, clone_with_signal},
    ArgumentKind{"wait_options", entry, named<wait_options>}, ArgumentKind{"wait_for", entry, named<wait_for>},
    ArgumentKind{"futex", entry, named<futex_operations>}, ArgumentKind{"limit", entry, named<limits>},
    ArgumentKind{"usage_of", entry, named<usage_of>}, ArgumentKind{"prctl", entry, named<prctl_options>},
    ArgumentKind{"arch_prctl", entry, named<arch_prctl_options>}, ArgumentKind{"seccomp", entry, named<seccomp_operations>},
    ArgumentKind{"priority", entry, named<priorities>}, ArgumentKind{"scheduling", entry, named<scheduling>},
    ArgumentKind{"barrier", entry, named<barriers>}, ArgumentKind{"random_flags", entry, named<random_flags>},
    ArgumentKind{"how", entry, named<how>}, ArgumentKind{"signal", entry, signal_name}, ArgumentKind{"clock", entry, named<clocks>},
    ArgumentKind{"timer_flags", entry, named<timer_flags>}, ArgumentKind{"interval", entry, named<intervals>},
    ArgumentKind{"event_fd_flags", entry, named<event_fd_flags>}, ArgumentKind{"timer_fd_flags", entry, named<timer_fd_flags>},
    ArgumentKind{"signal_fd_flags", entry, named<signal_fd_flags>}, ArgumentKind{"notify_flags", entry, named<notify_flags>},
    ArgumentKind{"notify_mask", entry, named<notify_mask>}, ArgumentKind{"epoll_flags", entry, named<epoll_flags>},
    ArgumentKind{"epoll", entry, named<epoll_operations>}, ArgumentKind{"family", entry, named<socket_families>},
    ArgumentKind{"socket_kind", entry, named<socket_kinds>}, ArgumentKind{"protocol", entry, named<protocols>},
    ArgumentKind{"level", entry, named<levels>}, ArgumentKind{"socket_option", entry, socket_option},
    ArgumentKind{"message_flags", entry, named<message_flags>}, ArgumentKind{"accept_flags", entry, named<accept_flags>},
    ArgumentKind{"shutdown", entry, named<shutdown_how>}, ArgumentKind{"mount_flags", entry, named<mount_flags>},
    ArgumentKind{"unmount_flags", entry, named<unmount_flags>}, ArgumentKind{"ipc", entry, named<ipc_commands>},
    ArgumentKind{"ipc_flags", entry, named<ipc_flags>},
};

}  // namespace

std::span<const ArgumentKind> named_kinds() { return kinds; }

std::string in_names(std::uint64_t value, const NameSet& names) {
  std::string text;
  const auto add = [&text](std::string_view word) { text.append(text.empty() ? "" : "|").append(word); };
  const auto choice = value & names.choice_bits;
  const auto chosen = std::find_if(names.choices.begin(), names.choices.end(), [choice](const Name& name) { return name.value == choice; });
  auto rest = value;
  if (chosen != names.choices.end()) {
    add(chosen->text);
    rest &= ~names.choice_bits;
  }
  for (const auto& flag : names.flags)
    if (flag.value != 0 && (rest & flag.value) == flag.value) {
      add(flag.text);
      rest &= ~flag.value;
    }
  if (rest != 0) add(fmt::format("{:#x}", rest));
  return text.empty() ? "0" : text;
}

std::string signal_in_words(int signal) {
  constexpr int first_real_time = 32;  // as the kernel counts; the C library keeps some for itself
  if (const char* name = signal > 0 && signal < NSIG ? sigabbrev_np(signal) : nullptr) return std::string("SIG") + name;
  if (signal >= first_real_time && signal < NSIG) return fmt::format("SIGRT_{}", signal - first_real_time);
  return std::to_string(signal);
}

}  // namespace tools::syscalls
