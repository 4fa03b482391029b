#pragma once

#include <string>

#include "server/options.hpp"
#include "target/host_files.hpp"
#include "target/types/result.hpp"

namespace server {

/// Writes the name and a NUL to whoever waits for it. What comes back is to be kept until the first client has come: a
/// named pipe that nobody has opened for reading yet would forget what was written once it is closed.
target::Result<target::FileDescriptor> report_port(const PortReport& report, const std::string& name);

}  // namespace server
