#pragma once

#include <optional>
#include <string>

#include "target/symbols/symbols.hpp"
#include "tools/common/debuggee.hpp"

namespace tools {

/// A launched program runs on to its own first instruction: what it is linked with is in place then.
target::Result<void> run_to_entry(Debuggee& debuggee);

/// Where its program itself begins, behind what links it.
target::Result<target::Address> entry_of(const target::Process& process);

/// Where a location of the command line is in the program; nothing for an empty one.
target::Result<std::optional<target::Address>> find_place(target::symbols::Symbols& symbols, const std::string& location);

}  // namespace tools
