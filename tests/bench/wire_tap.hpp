#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "processes.hpp"

namespace bench {

struct Traffic {
  std::size_t packets = 0, bytes = 0;  // both ways; acknowledgements are not packets

  Traffic operator-(const Traffic& earlier) const { return {packets - earlier.packets, bytes - earlier.bytes}; }
};

// Stands between a debugger and its server, and counts what they say to each other.
class WireTap {
 public:
  explicit WireTap(std::uint16_t server_port);
  std::uint16_t port() const { return port_; }

  // Passes everything on until one side closes the connection. What had been said before each packet of the debugger
  // that starts with `marked`.
  std::vector<Traffic> listen(std::string_view marked, int timeout_ms);

 private:
  void count(std::string_view bytes);

  std::uint16_t server_port_;
  std::uint16_t port_ = 0;
  FileDescriptor listener_;
  Traffic so_far_;
};

}  // namespace bench
