#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "target/types/result.hpp"

namespace target {
class Process;
class Thread;
}  // namespace target

namespace server {

/// A monitor command that the server does not have of itself.
struct MonitorTool {
  std::string words;        ///< its name
  std::string argument;     ///< what follows that, for the help; may be ""
  std::string explanation;
  /// What it has to say, of a process all of whose threads stand still, and of one of them.
  std::function<target::Result<std::string>(target::Process&, target::Thread&, std::string_view argument)> run;
};

}  // namespace server
