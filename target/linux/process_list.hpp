#pragma once

#include <optional>
#include <string>
#include <vector>

#include "target/types/ids.hpp"

/// Every process of the machine, as /proc has them. Any may be gone at the next moment.
namespace target::linux {

std::vector<Pid> every_process();

struct ProcessDetails {
  Pid pid;
  Pid parent;
  int user = -1, group = -1, effective_user = -1, effective_group = -1;
  std::string executable;              ///< "" if it may not be known, or if there is none
  std::vector<std::string> arguments;  ///< with argv[0]
  std::string machine;                 ///< x86_64 or i386; "" like executable
};
/// Nothing if there is no such process.
std::optional<ProcessDetails> process_details(Pid pid);

/// Those whose program's file, or whose first thread, has this name.
std::vector<Pid> processes_named(const std::string& name);

}  // namespace target::linux
