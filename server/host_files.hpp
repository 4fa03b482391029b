#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "target/host_files.hpp"

namespace server {

/// The files of this machine that one client works on (vFile).
struct HostFiles {
  target::HostFileSystem system;
  std::map<std::uint32_t, target::FileDescriptor> open;
  std::string buffer;  ///< of pread, kept between reads
};

}  // namespace server
