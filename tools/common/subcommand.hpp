#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "target/types/result.hpp"
#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"

namespace tools {

/// As of env(1) and timeout(1): what the tool itself could not do, apart from what the program ends with.
inline constexpr int tool_failed = 125;

/// The work of the chosen tool; its exit status.
using Action = std::function<target::Result<int>()>;

/// The options that every tool has which works on programs: --pid, --no-follow, and the command.
void add_subject(CLI::App& tool, Subject& subject);
/// --json and -o.
void add_output(CLI::App& tool, OutputOptions& options);

/// Each declares its tool; the action is set if that is the one.
void declare_count(CLI::App& tools, Action& action);
void declare_trace(CLI::App& tools, Action& action);
void declare_patch(CLI::App& tools, Action& action);
void declare_run(CLI::App& tools, Action& action);
void declare_maps(CLI::App& tools, Action& action);
void declare_ps(CLI::App& tools, Action& action);

}  // namespace tools
