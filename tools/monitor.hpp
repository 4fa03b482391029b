#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "target/process.hpp"
#include "target/types/result.hpp"

namespace tools {

/// A tool next to a debugger that has the program.
struct MonitorTool {
  std::string words, argument, explanation;
  /// What it has to say, of a process all of whose threads stand still, and of one of them.
  std::function<target::Result<std::string>(target::Process&, target::Thread&, std::string_view argument)> run;
};

std::vector<MonitorTool> monitor_tools();

}  // namespace tools
