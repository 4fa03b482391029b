#pragma once

#include <string>

#include "target/core/core_file.hpp"
#include "target/core/writer.hpp"
#include "target/process.hpp"
#include "target/types/result.hpp"

namespace target::core {

/// Has a core written of a process whose threads all stand still, breakpoint traps not included, in one go; it takes as
/// long as the disk does. For slices there are Snapshot and Writer.
///
/// \param first  the thread that a debugger is to show first
/// EBUSY if a thread runs, ESRCH if the process has ended.
Result<Summary> dump(Process& process, Tid first, const Writing& write);
/// To a file of that name; see CoreFile.
Result<Summary> dump(Process& process, Tid first, const std::string& path, std::uint64_t most_stored = no_limit);

/// "12.3 MiB"
std::string in_words(std::uint64_t bytes);
/// "12.3 MiB of memory and 4 threads", and what is missing.
std::string describe(const Summary& summary);

}  // namespace target::core
