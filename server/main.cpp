#include <cstdio>

#include "server/logging.hpp"
#include "server/options.hpp"
#include "server/platform/server.hpp"
#include "server/server.hpp"
#include "tools/command.hpp"
#include "tools/monitor.hpp"

namespace {

int leave(const server::Leave& leave) {
  std::fputs(leave.text.c_str(), leave.status == 0 ? stdout : stderr);
  return leave.status;
}

std::vector<server::MonitorTool> monitor_tools() {
  std::vector<server::MonitorTool> known;
  for (auto& tool : tools::monitor_tools())
    known.push_back({std::move(tool.words), std::move(tool.argument), std::move(tool.explanation), std::move(tool.run)});
  return known;
}

template <class Server, class Options>
int serve(Options& options) {
  if (const auto wrong = server::log::configure(options.log); !wrong.empty())
    return leave({1, "remora: " + wrong + "\n"});
  return Server(std::move(options)).run();
}

target::Result<void> open_debug_port(const tools::Held& held) {
  auto endpoint = server::parse_endpoint(held.address);
  if (const auto* wrong = std::get_if<std::string>(&endpoint)) return target::failure(EINVAL, *wrong);
  server::Options options;
  options.endpoint = std::get<server::Endpoint>(endpoint);
  options.monitor_tools = monitor_tools();
  return server::Server(std::move(options)).lend({held.inferiors, held.stop, held.owner, held.time, held.until, held.opened});
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto status = tools::run(argc, argv, open_debug_port)) return *status;
  auto command = server::parse_command_line(argc, argv);
  if (auto* options = std::get_if<server::Options>(&command)) {
    options->monitor_tools = monitor_tools();
    return serve<server::Server>(*options);
  }
  if (auto* options = std::get_if<server::PlatformOptions>(&command)) return serve<server::platform::Server>(*options);
  return leave(std::get<server::Leave>(command));
}
