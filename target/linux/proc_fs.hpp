#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "target/types/signal.hpp"

/// What /proc tells of processes and threads. All of it may be gone at the next moment.
namespace target::linux {

/// Every thread of a process, in the kernel's order.
Result<std::vector<Tid>> threads_of(Pid pid);

struct TaskStatus {
  std::string name;
  char state = '?';  ///< R S D T t Z X, proc_pid_stat(5)
  Pid process;
  Pid parent;
  Pid tracer;        ///< 0: not traced
  int user = -1;     ///< real uid
  int group = -1;    ///< real gid
  int effective_user = -1;
  int effective_group = -1;
};
std::optional<TaskStatus> task_status(Tid tid);

/// One letter of proc_pid_stat(5), or nothing if the thread is gone.
std::optional<char> task_state(ThreadId id);
/// What people want to know of a thread, from one read of its stat file.
struct ThreadSummary {
  std::string name;              ///< comm
  std::optional<int> processor;  ///< the one that it ran on last
};
/// Empty if the thread is gone.
ThreadSummary thread_summary(ThreadId id);

/// What a core file tells of a thread. Times are in clock ticks, sets of signals have bit n - 1 for signal n.
struct TaskDetails {
  std::string name;
  char state = '?';  ///< as in TaskStatus
  int parent = 0, group = 0, session = 0;
  std::uint64_t flags = 0;
  int nice = 0;
  std::uint64_t user_time = 0, system_time = 0, children_user_time = 0, children_system_time = 0;
  std::uint32_t user = 0, user_group = 0;  ///< real ones
  std::uint64_t pending = 0, blocked = 0;
};
/// Nothing if the thread is gone.
std::optional<TaskDetails> task_details(ThreadId id);
/// Those that the process has handlers for.
SignalSet handled_signals(Pid pid);
/// The arguments with a space between any two; empty if they cannot be read.
std::string command_line(Pid pid);

/// Target of /proc/PID/exe without the kernel's " (deleted)".
Result<std::string> executable_of(Pid pid);
Result<std::string> read_auxv(Pid pid);

/// True if seccomp(2) stands between the thread and its system calls, or if that cannot be known.
bool filters_system_calls(Tid tid);

/// True if the process runs a program for i386, which x32 is not; nothing if its file cannot be read.
std::optional<bool> is_32_bit(Pid pid);

struct Mapping {
  AddressRange range;
  bool readable = false;
  bool writable = false;
  bool executable = false;
  bool shared = false;
  std::uint64_t offset = 0;
  std::string path;
};
Result<std::vector<Mapping>> mappings_of(Pid pid);
/// One line of /proc/PID/maps.
Mapping parse_mapping(std::string_view line);

/// A whole file of /proc, whose size stat does not know.
Result<std::string> read_proc_file(const std::string& path);

}  // namespace target::linux
