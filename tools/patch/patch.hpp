#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"

namespace tools::patch {

struct Options {
  Subject subject;
  OutputOptions output;
  std::vector<std::string> writes, nops, jumps;
  std::string when;
  bool force = false;
};

/// Writes over the code of a program, and lets it run so. The program's exit status.
target::Result<int> run(const Options& options);

}  // namespace tools::patch
