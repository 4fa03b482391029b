#include "tools/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "tools/common/subcommand.hpp"

namespace tools {

namespace {

constexpr std::array declarations{declare_count, declare_trace, declare_patch, declare_run, declare_maps, declare_ps};

// Before any of CLI11's work: most calls are the server's.
constexpr std::array<std::string_view, 6> names{"count", "trace", "patch", "run", "maps", "ps"};

int carry_out(std::string_view tool, const Action& action) {
  const auto status = action();
  if (status) return *status;
  fmt::print(stderr, "remora {}: {}\n", tool, status.error().message);
  return tool_failed;
}

}  // namespace

std::optional<int> run(int argc, const char* const* argv) {
  if (argc < 2 || std::find(names.begin(), names.end(), argv[1]) == names.end()) return std::nullopt;
  CLI::App app("", "remora");
  app.require_subcommand(1);
  Action action;
  for (const auto declare : declarations) declare(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : tool_failed;
  }
  return carry_out(argv[1], action);
}

}  // namespace tools
