#pragma once

#include <optional>

#include "tools/common/debug_port.hpp"

namespace tools {

/// Runs the tool that the first word names, to its end; its exit status. Nothing if the word names none.
std::optional<int> run(int argc, const char* const* argv, const DebugPort& debug_port);

}  // namespace tools
