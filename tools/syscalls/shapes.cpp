#include "tools/syscalls/shapes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "target/syscall_names.hpp"

namespace tools::syscalls {

using target::SystemCallTable;

namespace {

struct Row {
  std::string_view name;
  /// Kinds of arguments; kind:N is told more by argument N, from 0. "-> address" for what is returned, "-> nothing" if it
  /// does not return.
  std::string_view shape;
};

constexpr std::array rows{
    Row{"read", "fd bytes_out size"},
    Row{"write", "fd bytes:2 size"},
    Row{"open", "path open_flags open_mode:1"},
    Row{"close", "fd"},
    Row{"stat", "path stat_out"},
    Row{"fstat", "fd stat_out"},
    Row{"lstat", "path stat_out"},
    Row{"poll", "polled_out:1 size int"},
    Row{"lseek", "fd offset whence"},
    Row{"mmap", "address size protection map_flags fd hex -> address"},
    Row{"mprotect", "address size protection"},
    Row{"munmap", "address size"},
    Row{"brk", "address -> address"},
    Row{"rt_sigaction", "signal action action_out size"},
    Row{"rt_sigprocmask", "how signals signals_out size"},
    Row{"rt_sigreturn", ""},
    Row{"ioctl", "fd ioctl address"},
    Row{"pread64", "fd bytes_out size offset"},
    Row{"pwrite64", "fd bytes:2 size offset"},
    Row{"readv", "fd vectors_out:2 size"},
    Row{"writev", "fd vectors:2 size"},
    Row{"preadv", "fd vectors_out:2 size offset"},
    Row{"pwritev", "fd vectors:2 size offset"},
    Row{"access", "path may"},
    Row{"pipe", "two_fds_out"},
    Row{"pipe2", "two_fds_out fd_flags"},
    Row{"select", "size descriptors:0 descriptors:0 descriptors:0 timeval"},
    Row{"pselect6", "size descriptors:0 descriptors:0 descriptors:0 timespec address"},
    Row{"sched_yield", ""},
    Row{"mremap", "address size size remap_flags address -> address"},
    Row{"msync", "address size sync_flags"},
    Row{"mincore", "address size address"},
    Row{"madvise", "address size memory_advice"},
    Row{"mlock", "address size"},
    Row{"munlock", "address size"},
    Row{"memfd_create", "text memory_file_flags"},
    Row{"shmget", "hex size ipc_flags"},
    Row{"shmat", "int address hex -> address"},
    Row{"shmctl", "int ipc address"},
    Row{"shmdt", "address"},
    Row{"semget", "hex int ipc_flags"},
    Row{"semop", "int address size"},
    Row{"semtimedop", "int address size timespec"},
    Row{"semctl", "int int ipc address"},
    Row{"msgget", "hex ipc_flags"},
    Row{"msgsnd", "int address size ipc_flags"},
    Row{"msgrcv", "int address size int ipc_flags"},
    Row{"msgctl", "int ipc address"},
    Row{"dup", "fd"},
    Row{"dup2", "fd fd"},
    Row{"dup3", "fd fd fd_flags"},
    Row{"pause", ""},
    Row{"nanosleep", "timespec timespec_left"},
    Row{"getitimer", "interval itimerval_out"},
    Row{"setitimer", "interval itimerval itimerval_out"},
    Row{"alarm", "size"},
    Row{"getpid", ""},
    Row{"gettid", ""},
    Row{"getppid", ""},
    Row{"sendfile", "fd fd word_at size"},
    Row{"copy_file_range", "fd word_at fd word_at size hex"},
    Row{"splice", "fd word_at fd word_at size splice_flags"},
    Row{"tee", "fd fd size splice_flags"},
    Row{"socket", "family socket_kind protocol"},
    Row{"socketpair", "family socket_kind protocol two_fds_out"},
    Row{"connect", "fd peer:2 size"},
    Row{"bind", "fd peer:2 size"},
    Row{"listen", "fd size"},
    Row{"accept", "fd peer_out:2 int_out"},
    Row{"accept4", "fd peer_out:2 int_out accept_flags"},
    Row{"getsockname", "fd peer_out:2 int_out"},
    Row{"getpeername", "fd peer_out:2 int_out"},
    Row{"sendto", "fd bytes:2 size message_flags peer:5 size"},
    Row{"recvfrom", "fd bytes_out size message_flags peer_out:5 int_out"},
    Row{"sendmsg", "fd message message_flags"},
    Row{"recvmsg", "fd message_out message_flags"},
    Row{"shutdown", "fd shutdown"},
    Row{"setsockopt", "fd level socket_option:1 int_at size"},
    Row{"getsockopt", "fd level socket_option:1 int_out int_out"},
    Row{"clone", "clone_flags address int_out address address"},
    Row{"clone3", "clone_args size"},
    Row{"fork", ""},
    Row{"vfork", ""},
    Row{"execve", "path words environment"},
    Row{"execveat", "directory path words environment at_flags"},
    Row{"exit", "int -> nothing"},
    Row{"exit_group", "int -> nothing"},
    Row{"wait4", "pid wait_status_out wait_options rusage_out"},
    Row{"waitid", "wait_for pid address wait_options rusage_out"},
    Row{"waitpid", "pid wait_status_out wait_options"},
    Row{"kill", "pid signal"},
    Row{"tkill", "pid signal"},
    Row{"tgkill", "pid pid signal"},
    Row{"pidfd_open", "pid hex"},
    Row{"pidfd_send_signal", "fd signal address hex"},
    Row{"uname", "utsname_out"},
    Row{"fcntl", "fd fcntl fcntl_argument:1"},
    Row{"fcntl64", "fd fcntl fcntl_argument:1"},
    Row{"flock", "fd flock"},
    Row{"fsync", "fd"},
    Row{"fdatasync", "fd"},
    Row{"truncate", "path offset"},
    Row{"ftruncate", "fd offset"},
    Row{"fallocate", "fd allocate_flags offset offset"},
    Row{"fadvise64", "fd offset size file_advice"},
    Row{"getdents", "fd address size"},
    Row{"getdents64", "fd entries_out size"},
    Row{"getcwd", "path_out size"},
    Row{"chdir", "path"},
    Row{"fchdir", "fd"},
    Row{"rename", "path path"},
    Row{"renameat", "directory path directory path"},
    Row{"renameat2", "directory path directory path rename_flags"},
    Row{"mkdir", "path mode"},
    Row{"mkdirat", "directory path mode"},
    Row{"rmdir", "path"},
    Row{"creat", "path mode"},
    Row{"link", "path path"},
    Row{"linkat", "directory path directory path at_flags"},
    Row{"unlink", "path"},
    Row{"unlinkat", "directory path remove_flags"},
    Row{"symlink", "path path"},
    Row{"symlinkat", "path directory path"},
    Row{"readlink", "path bytes_out size"},
    Row{"readlinkat", "directory path bytes_out size"},
    Row{"chmod", "path mode"},
    Row{"fchmod", "fd mode"},
    Row{"fchmodat", "directory path mode"},
    Row{"chown", "path user user"},
    Row{"fchown", "fd user user"},
    Row{"lchown", "path user user"},
    Row{"fchownat", "directory path user user at_flags"},
    Row{"umask", "mode"},
    Row{"mknod", "path mode device"},
    Row{"mknodat", "directory path mode device"},
    Row{"openat", "directory path open_flags open_mode:2"},
    Row{"openat2", "directory path address size"},
    Row{"newfstatat", "directory path stat_out at_flags"},
    Row{"statx", "directory path at_flags statx_mask statx_out"},
    Row{"faccessat", "directory path may"},
    Row{"faccessat2", "directory path may access_flags"},
    Row{"utimensat", "directory path two_timespecs at_flags"},
    Row{"statfs", "path statfs_out"},
    Row{"fstatfs", "fd statfs_out"},
    Row{"mount", "path path text mount_flags address"},
    Row{"umount2", "path unmount_flags"},
    Row{"chroot", "path"},
    Row{"pivot_root", "path path"},
    Row{"getxattr", "path text address size"},
    Row{"lgetxattr", "path text address size"},
    Row{"listxattr", "path address size"},
    Row{"setxattr", "path text bytes:3 size hex"},
    Row{"close_range", "fd fd hex"},
    Row{"gettimeofday", "timeval_out address"},
    Row{"time", "word_out"},
    Row{"times", "address"},
    Row{"getrlimit", "limit rlimit_out"},
    Row{"setrlimit", "limit rlimit"},
    Row{"prlimit64", "pid limit rlimit64 rlimit64_out"},
    Row{"getrusage", "usage_of rusage_out"},
    Row{"sysinfo", "sysinfo_out"},
    Row{"getuid", ""},
    Row{"getgid", ""},
    Row{"geteuid", ""},
    Row{"getegid", ""},
    Row{"setuid", "user"},
    Row{"setgid", "user"},
    Row{"setreuid", "user user"},
    Row{"setregid", "user user"},
    Row{"setresuid", "user user user"},
    Row{"setresgid", "user user user"},
    Row{"getresuid", "int_out int_out int_out"},
    Row{"getresgid", "int_out int_out int_out"},
    Row{"getgroups", "int address"},
    Row{"setgroups", "size address"},
    Row{"setpgid", "pid pid"},
    Row{"getpgid", "pid"},
    Row{"getpgrp", ""},
    Row{"setsid", ""},
    Row{"getsid", "pid"},
    Row{"rt_sigpending", "signals_out size"},
    Row{"rt_sigtimedwait", "signals address timespec size"},
    Row{"rt_sigsuspend", "signals size"},
    Row{"sigaltstack", "address address"},
    Row{"getpriority", "priority pid"},
    Row{"setpriority", "priority pid int"},
    Row{"sched_getscheduler", "pid"},
    Row{"sched_setscheduler", "pid scheduling int_at"},
    Row{"sched_getaffinity", "pid size processors_out:1"},
    Row{"sched_setaffinity", "pid size processors:1"},
    Row{"getcpu", "int_out int_out address"},
    Row{"prctl", "prctl hex hex hex hex"},
    Row{"arch_prctl", "arch_prctl address"},
    Row{"seccomp", "seccomp hex address"},
    Row{"personality", "hex"},
    Row{"membarrier", "barrier hex int"},
    Row{"futex", "address futex int futex_timeout:1 futex_address:1 futex_value:1"},
    Row{"set_tid_address", "address"},
    Row{"set_robust_list", "address size"},
    Row{"get_robust_list", "pid address address"},
    Row{"rseq", "address size hex hex"},
    Row{"getrandom", "bytes_out size random_flags"},
    Row{"clock_gettime", "clock timespec_out"},
    Row{"clock_settime", "clock timespec"},
    Row{"clock_getres", "clock timespec_out"},
    Row{"clock_nanosleep", "clock timer_flags timespec timespec_left"},
    Row{"timer_create", "clock address int_out"},
    Row{"timer_settime", "int timer_flags itimerspec itimerspec_out"},
    Row{"timer_gettime", "int itimerspec_out"},
    Row{"timer_delete", "int"},
    Row{"epoll_create", "int"},
    Row{"epoll_create1", "epoll_flags"},
    Row{"epoll_ctl", "fd epoll fd event"},
    Row{"epoll_wait", "fd events_out int int"},
    Row{"epoll_pwait", "fd events_out int int signals size"},
    Row{"epoll_pwait2", "fd events_out int timespec signals size"},
    Row{"ppoll", "polled_out:1 size timespec signals size"},
    Row{"eventfd", "size"},
    Row{"eventfd2", "size event_fd_flags"},
    Row{"signalfd4", "fd signals size signal_fd_flags"},
    Row{"timerfd_create", "clock timer_fd_flags"},
    Row{"timerfd_settime", "fd timer_flags itimerspec itimerspec_out"},
    Row{"timerfd_gettime", "fd itimerspec_out"},
    Row{"inotify_init1", "notify_flags"},
    Row{"inotify_add_watch", "fd path notify_mask"},
    Row{"inotify_rm_watch", "fd int"},
    Row{"process_vm_readv", "pid address size address size hex"},
    Row{"ptrace", "int pid address hex"},
    Row{"sync", ""},
    Row{"syncfs", "fd"},
    Row{"restart_syscall", ""},
    // Of 32-bit programs alone.
    Row{"mmap2", "address size protection map_flags fd pages -> address"},
    Row{"_llseek", "fd size size address whence"},
    Row{"stat64", "path address"},
    Row{"fstat64", "fd address"},
    Row{"lstat64", "path address"},
    Row{"fstatat64", "directory path address at_flags"},
    Row{"statfs64", "path size address"},
    Row{"fstatfs64", "fd size address"},
    Row{"ftruncate64", "fd size size"},
    Row{"truncate64", "path size size"},
    Row{"sendfile64", "fd fd address size"},
    Row{"_newselect", "size descriptors:0 descriptors:0 descriptors:0 timeval"},
    Row{"ugetrlimit", "limit address"},
    Row{"getuid32", ""},
    Row{"getgid32", ""},
    Row{"geteuid32", ""},
    Row{"getegid32", ""},
    Row{"set_thread_area", "address"},
    Row{"clock_gettime64", "clock timespec64_out"},
    Row{"clock_nanosleep_time64", "clock timer_flags timespec64 address"},
    Row{"futex_time64", "address futex int futex_timeout64:1 futex_address:1 futex_value:1"},
    Row{"ppoll_time64", "polled_out:1 size timespec64 signals size"},
    Row{"pselect6_time64", "size descriptors:0 descriptors:0 descriptors:0 timespec64 address"},
};
// Calls whose arguments a 32-bit program gives in another way than a 64-bit one.
constexpr std::array rows_32{
    Row{"mmap", "address -> address"},
    Row{"select", "address"},
    Row{"clone", "clone_flags address int_out address address"},
    Row{"pread64", "fd bytes_out size size size"},
    Row{"pwrite64", "fd bytes:2 size size size"},
    Row{"fadvise64", "fd size size size file_advice"},
    Row{"fallocate", "fd allocate_flags size size size size"},
};

constexpr std::string_view unknown_shape = "hex hex hex hex hex hex";

Shape::Argument parse_argument(std::string_view word) {
  const auto colon = word.find(':');
  Shape::Argument argument{find_kind(word.substr(0, colon))};
  if (colon != std::string_view::npos) std::from_chars(word.data() + colon + 1, word.data() + word.size(), argument.other);
  return argument;
}

Shape parse(const Row& row) {
  Shape shape{std::string(row.name), {}};
  auto text = row.shape;
  if (const auto arrow = text.find("-> "); arrow != std::string_view::npos) {
    shape.gives_address = text.ends_with("address");
    shape.never_returns = text.ends_with("nothing");
    text = text.substr(0, arrow);
  }
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    if (space != 0) shape.arguments.push_back(parse_argument(text.substr(0, space)));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return shape;
}

template <class Rows>
const Row* find_row(const Rows& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [name](const Row& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

Shape make(int number, SystemCallTable table) {
  const auto name = target::syscall_name(number, table);
  const Row* row = table == SystemCallTable::I386 ? find_row(rows_32, name) : nullptr;
  if (row == nullptr) row = find_row(rows, name);
  return parse(row != nullptr ? *row : Row{name, unknown_shape});
}

}  // namespace

bool Shape::takes(std::string_view kind) const {
  return std::any_of(arguments.begin(), arguments.end(), [kind](const Argument& argument) { return argument.kind->word == kind; });
}

const Shape& shape_of(int number, SystemCallTable table) {
  static std::map<std::pair<SystemCallTable, int>, Shape> known;
  const auto key = std::pair{table, number};
  const auto found = known.find(key);
  return found != known.end() ? found->second : known.emplace(key, make(number, table)).first->second;
}

std::vector<Shape> all_shapes() {
  std::vector<Shape> shapes;
  std::transform(rows.begin(), rows.end(), std::back_inserter(shapes), parse);
  return shapes;
}

}  // namespace tools::syscalls
