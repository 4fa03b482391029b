#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"

namespace tools::trace {

struct Options {
  Subject subject;
  OutputOptions output;
  std::string from, to, module, function;
  std::uint64_t limit = ~std::uint64_t{0};
  bool intel = false, registers = false, memory = false, summary = false;
};

/// Each instruction that a program executes: where, what, and what it changed. The program's exit status.
target::Result<int> run(const Options& options);

}  // namespace tools::trace
