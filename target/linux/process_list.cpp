#include "target/linux/process_list.hpp"

#include "target/linux/os_data/text.hpp"
#include "target/linux/proc_fs.hpp"

namespace target::linux {

std::vector<Pid> every_process() {
  std::vector<Pid> processes;
  for (const int number : os_data::numbers_in("/proc")) processes.push_back(Pid{number});
  return processes;
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
