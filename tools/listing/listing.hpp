#pragma once

#include "tools/common/output.hpp"

namespace tools::listing {

struct MapsOptions {
  OutputOptions output;
  int pid = 0;
};
/// What is mapped in a process.
target::Result<int> maps(const MapsOptions& options);

struct ProcessesOptions {
  OutputOptions output;
};
/// Every process, whose it is, and why it could not be attached to.
target::Result<int> processes(const ProcessesOptions& options);
target::Result<void> processes(Output& output);

}  // namespace tools::listing
