#pragma once

#include <string>
#include <vector>

#include "server/options.hpp"

namespace server::platform {

/// The command line of a debug server that a platform starts.
struct DebugServerWords {
  const Endpoint& address;  ///< TCP, or the platform's own unix socket
  std::uint16_t port = 0;
  unsigned number = 0;      ///< no two of one platform have the same
  int port_pipe = -1;
  int lifeline = -1;

  std::vector<std::string> arguments(const PlatformOptions& options, const std::vector<std::string>& program) const;
};

}  // namespace server::platform
