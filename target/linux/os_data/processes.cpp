// Processes, process groups, threads and open files.

#include <unistd.h>

#include <algorithm>
#include <set>

#include "target/linux/os_data/tables.hpp"
#include "target/linux/os_data/text.hpp"
#include "target/linux/proc_fs.hpp"

namespace target::linux::os_data {
namespace {

std::vector<int> every_process() { return numbers_in("/proc"); }

std::string path_of(int pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

std::string command_of(int pid) { return std::string(trimmed(text_of(path_of(pid, "comm")))); }

// The arguments, or what a kernel thread is called.
std::string command_line_of(int pid) {
  auto line = text_of(path_of(pid, "cmdline"));
  std::replace(line.begin(), line.end(), '\0', ' ');
  const auto shown = trimmed(line);
  return shown.empty() ? "[" + command_of(pid) + "]" : std::string(shown);
}

std::string core_of(int pid, int tid) {
  const auto processor = thread_summary({Pid{pid}, Tid{tid}}).processor;
  return processor ? std::to_string(*processor) : "";
}

std::string cores_of(int pid) {
  std::set<int> cores;
  for (const int tid : numbers_in(path_of(pid, "task")))
    if (const auto processor = thread_summary({Pid{pid}, Tid{tid}}).processor)
      cores.insert(*processor);
  std::string text;
  for (const int core : cores) text += (text.empty() ? "" : ",") + std::to_string(core);
  return text;
}

}  // namespace

Rows processes() {
  const auto users = AccountNames::of_users();
  Rows rows;
  for (const int pid : every_process()) {
    const auto status = task_status(Tid{pid});
    if (!status) continue;  // it has ended meanwhile
    rows.push_back({{"pid", std::to_string(pid)},
                    {"user", users.name(std::to_string(status->user))},
                    {"command", command_line_of(pid)},
                    {"cores", cores_of(pid)}});
  }
  return rows;
}

Rows process_groups() {
  struct Member {
    int group, pid;
  };
  std::vector<Member> members;
  for (const int pid : every_process())
    // Kernel threads are in no group of this namespace.
    if (const int group = getpgid(pid); group > 0) members.push_back({group, pid});
  std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    return std::pair(a.group, a.pid != a.group) < std::pair(b.group, b.pid != b.group);
  });
  Rows rows;
  for (const auto& member : members)
    rows.push_back({{"pgid", std::to_string(member.group)},
                    {"leader command", command_of(member.group)},
                    {"pid", std::to_string(member.pid)},
                    {"command line", command_line_of(member.pid)}});
  return rows;
}

Rows threads() {
  Rows rows;
  for (const int pid : every_process()) {
    const auto command = command_of(pid);
    for (const int tid : numbers_in(path_of(pid, "task")))
      rows.push_back({{"pid", std::to_string(pid)},
                      {"command", command},
                      {"tid", std::to_string(tid)},
                      {"core", core_of(pid, tid)}});
  }
  return rows;
}

Rows files() {
  Rows rows;
  for (const int pid : every_process()) {
    const auto command = command_of(pid);
    for (const int number : numbers_in(path_of(pid, "fd"))) {
      char name[4096];
      const auto length = readlink(path_of(pid, ("fd/" + std::to_string(number)).c_str()).c_str(),
                                   name, sizeof name);
      rows.push_back(
          {{"pid", std::to_string(pid)},
           {"command", command},
           {"file descriptor", std::to_string(number)},
           {"name", std::string(name, static_cast<std::size_t>(std::max<ssize_t>(length, 0)))}});
    }
  }
  return rows;
}

}  // namespace target::linux::os_data
