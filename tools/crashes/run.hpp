#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "target/core/dump.hpp"
#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"
#include "tools/crashes/report.hpp"

namespace tools::crashes {

struct Options {
  Subject subject;
  OutputOptions output;
  ReportOptions report;
  std::vector<std::string> on_crash{"report"}, signals;
  std::string core_file = "core.%p";
  std::uint64_t core_limit = target::core::no_limit;
  std::string wait_port = "localhost:0";
  unsigned wait_seconds = 600;
};

/// Runs a program, and says what happened if it crashes. The program's exit status.
target::Result<int> run(const Options& options, const DebugPort& debug_port);

}  // namespace tools::crashes
