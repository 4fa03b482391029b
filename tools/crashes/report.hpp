#pragma once

#include <optional>
#include <string>
#include <vector>

#include "target/process.hpp"
#include "target/symbols/backtrace.hpp"
#include "target/types/signal.hpp"
#include "tools/common/output.hpp"

namespace tools::crashes {

struct ReportOptions {
  std::size_t frames = 64;
  bool maps = true;
  bool environment = false;
};

/// What a person wants to know of a process one of whose threads has stopped: for which signal, if it was one, and why, its registers, the code
/// around the pc, where every thread is, what is mapped where.
void report(Output& output, target::Thread& thread, std::optional<target::Signal> signal, const ReportOptions& options);

/// "SIGSEGV", or "signal 77".
std::string name_of(target::Signal signal);

}  // namespace tools::crashes
