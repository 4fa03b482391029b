#pragma once

#include <string>
#include <vector>

#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"

namespace tools::script {

/// A hook and what is to be done there, from the command line.
struct OneLiner {
  enum class Kind { Break, Watch, Syscall, Signal };
  Kind kind = Kind::Break;
  std::string where;
  std::vector<std::string> code;
};

struct Options {
  Subject subject;
  OutputOptions output;
  std::string file;
  std::vector<OneLiner> one_liners;
};

/// Runs a program under a script. The program's exit status; that of a tool that failed if the script did.
target::Result<int> run(const Options& options);

}  // namespace tools::script
