#pragma once

#include <cstdint>
#include <string>

#include "target/core/dump.hpp"
#include "tools/common/output.hpp"

namespace tools::dump {

struct Options {
  int pid = 0;
  std::string core_file = "core.%p";
  bool json = false;
  bool copy = true;  ///< let the process go on as soon as there is a copy of it to write
  std::uint64_t core_limit = target::core::no_limit;
};

/// Writes a core of a process that runs.
target::Result<int> run(const Options& options);

}  // namespace tools::dump
