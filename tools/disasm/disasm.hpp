#pragma once

#include <cstddef>
#include <string>

#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"

namespace tools::disasm {

struct Options {
  Subject subject;
  OutputOptions output;
  std::string file;       ///< in place of a subject: a program or library that is not run
  std::string location;   ///< LOCATION[,COUNT]
  std::size_t count = 0;  ///< 0: not said
  bool function = false, intel = false;
};

/// Lists the instructions at a location. A process is only read, not stopped; a launched program is ended before its own
/// code begins.
target::Result<int> run(const Options& options);

}  // namespace tools::disasm
