#pragma once

#include <optional>

#include "tools/common/debug_port.hpp"

namespace tools {

/// As of env(1) and timeout(1): what the tool itself could not do, apart from what the program ends with.
inline constexpr int tool_failed = 125;

/// Runs the tool that the first word names, to its end; its exit status. Nothing if the word names none.
std::optional<int> run(int argc, const char* const* argv, const DebugPort& debug_port);

}  // namespace tools
