#include "target/linux/process_list.hpp"

#include <algorithm>
#include <string_view>

#include "target/linux/os_data/text.hpp"
#include "target/linux/proc_fs.hpp"

namespace target::linux {

std::vector<Pid> every_process() {
  std::vector<Pid> processes;
  for (const int number : os_data::numbers_in("/proc")) processes.push_back(Pid{number});
  return processes;
}

std::optional<ProcessDetails> process_details(Pid pid) {
  const auto status = task_status(Tid{pid.value});
  if (!status || status->process != pid) return std::nullopt;
  ProcessDetails details{pid, status->parent, status->user, status->group, status->effective_user, status->effective_group};
  details.executable = executable_of(pid).value_or("");
  auto line = os_data::text_of("/proc/" + std::to_string(pid.value) + "/cmdline");
  for (std::string_view rest = line; !rest.empty();) {
    const auto word = rest.substr(0, rest.find('\0'));
    details.arguments.emplace_back(word);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  if (const auto small = is_32_bit(pid)) details.machine = *small ? "i386" : "x86_64";
  return details;
}

std::vector<Pid> processes_named(const std::string& name) {
  std::vector<Pid> found;
  for (const Pid pid : every_process()) {
    const auto path = executable_of(pid).value_or("");
    const auto status = task_status(Tid{pid.value});
    if (path.substr(path.rfind('/') + 1) == name || (status && status->name == name)) found.push_back(pid);
  }
  return found;
}

}  // namespace target::linux
