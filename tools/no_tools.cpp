// In the tools' place where they are not built.

#include "tools/command.hpp"
#include "tools/monitor.hpp"

namespace tools {

std::optional<int> run(int, const char* const*, const DebugPort&) { return std::nullopt; }
std::vector<MonitorTool> monitor_tools() { return {}; }

}  // namespace tools
