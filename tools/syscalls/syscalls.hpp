#pragma once

#include <string>

#include "target/types/result.hpp"
#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"

namespace tools::syscalls {

struct Options {
  Subject subject;
  OutputOptions output;
  std::string only;                ///< see Selection; "": every call
  bool summary = false;            ///< only how often and how long
  std::size_t longest_text = 32;   ///< so many bytes of a buffer are shown
};

/// The system calls that a program makes. The program's exit status, as far as there is one.
target::Result<int> run(const Options& options);

}  // namespace tools::syscalls
