#pragma once

#include <string>
#include <vector>

#include "target/core/regions.hpp"
#include "target/core/source.hpp"
#include "target/process.hpp"

namespace target::core {

/// All of a core but its memory; whoever has one needs the threads no more.
struct Snapshot {
  bool wide = true;  ///< a 64-bit program
  std::string notes;
  std::vector<Region> regions;
  std::size_t threads = 0;
};

/// All of it but the regions: what has to be looked at while the threads stand still.
///
/// \param first  the thread that a debugger is to show first
/// EBUSY if a thread runs, ESRCH if the process has ended.
Result<Snapshot> take_threads(Process& process, Tid first, const std::vector<linux::Mapping>& mappings);

/// \param source  the process's memory
Result<Snapshot> take_snapshot(Process& process, Tid first, const Source& source);

}  // namespace target::core
