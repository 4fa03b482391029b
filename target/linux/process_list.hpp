#pragma once

#include <string>
#include <vector>

#include "target/types/ids.hpp"

/// Every process of the machine, as /proc has them. Any may be gone at the next moment.
namespace target::linux {

std::vector<Pid> every_process();

/// Those whose program's file, or whose first thread, has this name.
std::vector<Pid> processes_named(const std::string& name);

}  // namespace target::linux
