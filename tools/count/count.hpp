#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"

namespace tools::count {

struct Options {
  Subject subject;
  OutputOptions output;
  std::string from, to;
  std::uint64_t limit = ~std::uint64_t{0};
};

/// How many instructions a program executes, by single-stepping it. The program's exit status.
target::Result<int> run(const Options& options);

}  // namespace tools::count
