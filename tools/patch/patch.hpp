#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"

namespace tools::patch {

/// What is to be written where, as a person says it.
struct Edits {
  std::vector<std::string> writes;  ///< LOCATION=BYTES
  std::vector<std::string> nops;    ///< LOCATION[,COUNT]
  std::vector<std::string> jumps;   ///< FROM=TO
  bool force = false;               ///< jumps may take more room than the instruction that is there
};

/// Writes over the code of a process that stands still, all of it or nothing, and shows what was there and what is there.
target::Result<void> patch(target::Process& process, const Edits& edits, Output& output);

struct Options {
  Subject subject;
  OutputOptions output;
  Edits edits;
  std::string when;
};

/// Writes over the code of a program, and lets it run so. The program's exit status.
target::Result<int> run(const Options& options);

}  // namespace tools::patch
