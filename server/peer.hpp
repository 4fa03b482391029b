#pragma once

#include <chrono>
#include <cstdint>

#include "protocol/features.hpp"

namespace server {

/// Whoever is at the other end of a connection, as far as the wire is concerned.
struct Peer {
  protocol::Features features;
  bool acknowledges = true;

  /// Of this connection.
  struct Traffic {
    std::uint64_t packets_in = 0, packets_out = 0;
    std::uint64_t bytes_in = 0, bytes_out = 0;
    std::uint64_t stops = 0;  ///< that the client was told of
    std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
  };
  Traffic traffic;
};

}  // namespace server
