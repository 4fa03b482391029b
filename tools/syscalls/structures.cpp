// Arguments that lead to a structure: times, files, limits, processes.

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "tools/syscalls/arguments.hpp"
#include "tools/syscalls/names.hpp"

namespace tools::syscalls {

using namespace target;

namespace {

// A structure of 64-bit programs; those of 32-bit programs, which look otherwise, stay addresses.
template <class T, std::string (*text)(const T&)>
std::string wide_only(const Call& call, std::size_t index, std::size_t) {
  const auto value = call.wide() && !call.failed() ? call.object<T>(call.address(index)) : std::nullopt;
  return value ? text(*value) : pointer(call.address(index));
}

struct Pair {
  std::int64_t first = 0, second = 0;
};
std::optional<Pair> pair_at(const Call& call, Address at, bool wide) {
  if (!wide) {
    const auto narrow = call.object<std::array<std::int32_t, 2>>(at);
    return narrow ? std::optional(Pair{(*narrow)[0], (*narrow)[1]}) : std::nullopt;
  }
  const auto both = call.object<std::array<std::int64_t, 2>>(at);
  return both ? std::optional(Pair{(*both)[0], (*both)[1]}) : std::nullopt;
}

std::string time_text(const Pair& time, const char* fraction) {
  return fmt::format("{{tv_sec={}, {}={}}}", time.first, fraction, time.second);
}

std::string time_of(const Call& call, Address at, bool wide, const char* fraction) {
  const auto time = at.value == 0 ? std::nullopt : pair_at(call, at, wide);
  return time ? time_text(*time, fraction) : pointer(at);
}
std::string time_value(const Call& call, std::size_t index, std::size_t) { return time_of(call, call.address(index), call.wide(), "tv_usec"); }
std::string time_spec(const Call& call, std::size_t index, std::size_t) { return time_of(call, call.address(index), call.wide(), "tv_nsec"); }
// 32-bit programs have calls of this kind too, ending in 64.
std::string time_spec_64(const Call& call, std::size_t index, std::size_t) { return time_of(call, call.address(index), true, "tv_nsec"); }
std::string time_spec_out(const Call& call, std::size_t index, std::size_t) {
  return call.failed() ? pointer(call.address(index)) : time_spec(call, index, 0);
}
std::string time_spec_64_out(const Call& call, std::size_t index, std::size_t) {
  return call.failed() ? pointer(call.address(index)) : time_spec_64(call, index, 0);
}
// What is left of a sleep is there only if a signal has ended it.
std::string time_left(const Call& call, std::size_t index, std::size_t) {
  return call.failed() ? time_spec(call, index, 0) : pointer(call.address(index));
}
std::string time_value_out(const Call& call, std::size_t index, std::size_t) {
  return call.failed() ? pointer(call.address(index)) : time_value(call, index, 0);
}
std::string interval_of(const Call& call, std::size_t index, const char* fraction) {
  const auto at = call.address(index);
  if (at.value == 0) return "NULL";
  return fmt::format("{{it_interval={}, it_value={}}}", time_of(call, at, call.wide(), fraction),
                     time_of(call, at + 2 * call.word_bytes(), call.wide(), fraction));
}
std::string interval_value(const Call& call, std::size_t index, std::size_t) { return interval_of(call, index, "tv_usec"); }
std::string interval_spec(const Call& call, std::size_t index, std::size_t) { return interval_of(call, index, "tv_nsec"); }
std::string interval_value_out(const Call& call, std::size_t index, std::size_t) {
  return call.failed() ? pointer(call.address(index)) : interval_value(call, index, 0);
}
std::string interval_spec_out(const Call& call, std::size_t index, std::size_t) {
  return call.failed() ? pointer(call.address(index)) : interval_spec(call, index, 0);
}
// What the arguments behind the third mean depends on the operation.
enum class FutexTakes { Nothing, Timeout, Address };
FutexTakes futex_takes(const Call& call, std::size_t operation) {
  switch (call.argument(operation) & FUTEX_CMD_MASK) {
    case FUTEX_WAIT: case FUTEX_LOCK_PI: case FUTEX_LOCK_PI2: case FUTEX_WAIT_BITSET: return FutexTakes::Timeout;
    case FUTEX_WAKE: case FUTEX_FD: case FUTEX_UNLOCK_PI: case FUTEX_TRYLOCK_PI: case FUTEX_WAKE_BITSET: return FutexTakes::Nothing;
    default: return FutexTakes::Address;
  }
}
template <bool always_wide>
std::string futex_timeout(const Call& call, std::size_t index, std::size_t operation) {
  const auto takes = futex_takes(call, operation);
  if (takes == FutexTakes::Timeout) return time_of(call, call.address(index), always_wide || call.wide(), "tv_nsec");
  return takes == FutexTakes::Address ? std::to_string(call.integer(index)) : "";
}
std::string futex_address(const Call& call, std::size_t index, std::size_t operation) {
  return futex_takes(call, operation) == FutexTakes::Address ? pointer(call.address(index)) : "";
}
std::string futex_value(const Call& call, std::size_t index, std::size_t operation) {
  const auto command = call.argument(operation) & FUTEX_CMD_MASK;
  if (command == FUTEX_WAIT_BITSET && static_cast<std::uint32_t>(call.argument(index)) == FUTEX_BITSET_MATCH_ANY)
    return "FUTEX_BITSET_MATCH_ANY";
  const bool takes = command == FUTEX_WAIT_BITSET || command == FUTEX_WAKE_BITSET || futex_takes(call, operation) == FutexTakes::Address;
  return takes ? fmt::format("{:#x}", static_cast<std::uint32_t>(call.argument(index))) : "";
}
std::string two_times(const Call& call, std::size_t index, std::size_t) {
  const auto at = call.address(index);
  if (at.value == 0) return "NULL";
  return fmt::format("[{}, {}]", time_of(call, at, call.wide(), "tv_nsec"), time_of(call, at + 2 * call.word_bytes(), call.wide(), "tv_nsec"));
}

std::string kind_of_file(std::uint32_t mode) {
  constexpr std::array kinds{std::pair{S_IFREG, "S_IFREG"}, std::pair{S_IFDIR, "S_IFDIR"}, std::pair{S_IFLNK, "S_IFLNK"},
                             std::pair{S_IFCHR, "S_IFCHR"}, std::pair{S_IFBLK, "S_IFBLK"}, std::pair{S_IFIFO, "S_IFIFO"},
                             std::pair{S_IFSOCK, "S_IFSOCK"}};
  for (const auto& [kind, name] : kinds)
    if ((mode & S_IFMT) == static_cast<std::uint32_t>(kind)) return fmt::format("{}|{:04o}", name, mode & ~static_cast<unsigned>(S_IFMT));
  return fmt::format("{:#o}", mode);
}
std::string contents(std::uint32_t mode, std::uint64_t size, std::uint64_t device) {
  if (!S_ISCHR(mode) && !S_ISBLK(mode)) return fmt::format("st_size={}", size);
  return fmt::format("st_rdev=makedev({:#x}, {:#x})", gnu_dev_major(device), gnu_dev_minor(device));
}
std::string stat_text(const struct stat& file) {
  return fmt::format("{{st_mode={}, {}, ...}}", kind_of_file(file.st_mode),
                     contents(file.st_mode, static_cast<std::uint64_t>(file.st_size), file.st_rdev));
}
// The same for programs of either kind.
std::string statx_out(const Call& call, std::size_t index, std::size_t) {
  const auto file = call.failed() ? std::nullopt : call.object<struct statx>(call.address(index));
  if (!file) return pointer(call.address(index));
  return fmt::format("{{stx_mode={}, stx_size={}, ...}}", kind_of_file(file->stx_mode), file->stx_size);
}
std::string statfs_text(const struct statfs& system) {
  return fmt::format("{{f_type={:#x}, f_bsize={}, f_blocks={}, f_bfree={}, ...}}", system.f_type, system.f_bsize, system.f_blocks,
                     system.f_bfree);
}

std::string limit_number(std::uint64_t limit) {
  if (limit == RLIM64_INFINITY) return "RLIM64_INFINITY";
  return limit != 0 && limit % 1024 == 0 ? fmt::format("{}*1024", limit / 1024) : std::to_string(limit);
}
std::string limit_text(const rlimit64& limit) {
  return fmt::format("{{rlim_cur={}, rlim_max={}}}", limit_number(limit.rlim_cur), limit_number(limit.rlim_max));
}
// prlimit64 is the same for programs of either kind.
std::string limit_64(const Call& call, std::size_t index, std::size_t) {
  const auto limit = call.failed() ? std::nullopt : call.object<rlimit64>(call.address(index));
  return limit ? limit_text(*limit) : pointer(call.address(index));
}
std::string usage_text(const rusage& usage) {
  return fmt::format("{{ru_utime={{tv_sec={}, tv_usec={}}}, ru_stime={{tv_sec={}, tv_usec={}}}, ...}}", usage.ru_utime.tv_sec,
                     usage.ru_utime.tv_usec, usage.ru_stime.tv_sec, usage.ru_stime.tv_usec);
}
std::string system_text(const struct sysinfo& info) {
  return fmt::format("{{uptime={}, totalram={}, freeram={}, procs={}, ...}}", info.uptime, info.totalram, info.freeram, info.procs);
}
std::string names_text(const utsname& names) {
  return fmt::format("{{sysname=\"{}\", nodename=\"{}\", ...}}", names.sysname, names.nodename);
}
std::string names_out(const Call& call, std::size_t index, std::size_t) {
  const auto names = call.failed() ? std::nullopt : call.object<utsname>(call.address(index));
  return names ? names_text(*names) : pointer(call.address(index));
}

std::string wait_status(const Call& call, std::size_t index, std::size_t) {
  const auto at = call.address(index);
  const bool waited = call.result && call.result->value > 0;
  const auto status = waited ? call.object<std::int32_t>(at) : std::nullopt;
  if (!status) return pointer(at);
  if (WIFEXITED(*status)) return fmt::format("[{{WIFEXITED(s) && WEXITSTATUS(s) == {}}}]", WEXITSTATUS(*status));
  if (WIFSIGNALED(*status))
    return fmt::format("[{{WIFSIGNALED(s) && WTERMSIG(s) == {}{}}}]", signal_in_words(WTERMSIG(*status)),
                       WCOREDUMP(*status) ? " && WCOREDUMP(s)" : "");
  if (WIFSTOPPED(*status)) return fmt::format("[{{WIFSTOPPED(s) && WSTOPSIG(s) == {}}}]", signal_in_words(WSTOPSIG(*status)));
  return "[{WIFCONTINUED(s)}]";
}

std::string clone_arguments(const Call& call, std::size_t index, std::size_t) {
  const auto given = call.object<::clone_args>(call.address(index));
  if (!given) return pointer(call.address(index));
  return fmt::format("{{flags={}, exit_signal={}, stack={}, stack_size={:#x}, ...}}", in_names(given->flags, clone_flags),
                     signal_in_words(static_cast<int>(given->exit_signal)), pointer({given->stack}), given->stack_size);
}

std::string file_lock_text(const struct flock& lock) {
  return fmt::format("{{l_type={}, l_whence={}, l_start={}, l_len={}}}", in_names(static_cast<std::uint64_t>(lock.l_type), lock_kinds),
                     lock.l_whence, lock.l_start, lock.l_len);
}

// Only what getdents64 has returned says where the entries end.
std::string entries_out(const Call& call, std::size_t index, std::size_t) {
  constexpr std::size_t largest = 1 << 16, offset_of_length = 16, least = 19;
  const auto at = call.address(index);
  if (call.failed() || call.result->value < 0) return pointer(at);
  std::vector<std::byte> buffer(std::min<std::size_t>(static_cast<std::size_t>(call.result->value), largest));
  buffer.resize(call.read(at, buffer));
  std::size_t count = 0;
  for (std::size_t place = 0; place + least <= buffer.size(); ++count) {
    std::uint16_t length = 0;
    std::memcpy(&length, buffer.data() + place + offset_of_length, sizeof length);
    if (length == 0) break;
    place += length;
  }
  return fmt::format("{:#x} /* {} entr{} */", at.value, count, count == 1 ? "y" : "ies");
}

std::string processors(const Call& call, std::size_t index, std::size_t length) {
  constexpr std::size_t most = 1024;
  const auto at = call.address(index);
  if (call.failed()) return pointer(at);
  std::vector<std::byte> set(std::min<std::size_t>(call.argument(length), most));
  set.resize(call.read(at, set));
  std::string list;
  for (std::size_t i = 0; i < set.size() * 8; ++i)
    if ((std::to_integer<unsigned>(set[i / 8]) >> (i % 8) & 1) != 0) list += (list.empty() ? "" : " ") + std::to_string(i);
  return set.empty() ? pointer(at) : "[" + list + "]";
}

constexpr auto entry = Moment::Entry;
constexpr auto on_return = Moment::Return;
constexpr std::array kinds{
    ArgumentKind{"timeval", entry, time_value},
    ArgumentKind{"timeval_out", on_return, time_value_out},
    ArgumentKind{"timespec", entry, time_spec},
    ArgumentKind{"timespec_out", on_return, time_spec_out},
    ArgumentKind{"timespec_left", on_return, time_left},
    ArgumentKind{"timespec64", entry, time_spec_64},
    ArgumentKind{"timespec64_out", on_return, time_spec_64_out},
    ArgumentKind{"itimerval", entry, interval_value},
    ArgumentKind{"itimerval_out", on_return, interval_value_out},
    ArgumentKind{"itimerspec", entry, interval_spec},
    ArgumentKind{"itimerspec_out", on_return, interval_spec_out},
    ArgumentKind{"futex_timeout", entry, futex_timeout<false>},
    ArgumentKind{"futex_timeout64", entry, futex_timeout<true>},
    ArgumentKind{"futex_address", entry, futex_address},
    ArgumentKind{"futex_value", entry, futex_value},
    ArgumentKind{"two_timespecs", entry, two_times},
    ArgumentKind{"stat_out", on_return, wide_only<struct stat, stat_text>},
    ArgumentKind{"statx_out", on_return, statx_out},
    ArgumentKind{"statfs_out", on_return, wide_only<struct statfs, statfs_text>},
    ArgumentKind{"rlimit", entry, wide_only<rlimit64, limit_text>},
    ArgumentKind{"rlimit_out", on_return, wide_only<rlimit64, limit_text>},
    ArgumentKind{"rlimit64", entry, limit_64},
    ArgumentKind{"rlimit64_out", on_return, limit_64},
    ArgumentKind{"rusage_out", on_return, wide_only<rusage, usage_text>},
    ArgumentKind{"sysinfo_out", on_return, wide_only<struct sysinfo, system_text>},
    ArgumentKind{"utsname_out", on_return, names_out},
    ArgumentKind{"wait_status_out", on_return, wait_status},
    ArgumentKind{"clone_args", entry, clone_arguments},
    ArgumentKind{"file_lock", entry, wide_only<struct flock, file_lock_text>},
    ArgumentKind{"entries_out", on_return, entries_out},
    ArgumentKind{"processors", entry, processors},
    ArgumentKind{"processors_out", on_return, processors},
};

}  // namespace

std::span<const ArgumentKind> structure_kinds() { return kinds; }

}  // namespace tools::syscalls
