#pragma once

#include <cstdint>

#include "processes.hpp"

namespace bench {

// Blocking, TCP_NODELAY. A server asked for "localhost" may have taken either family.
FileDescriptor connect_to_loopback(std::uint16_t port);
// On a port of the kernel's choice.
FileDescriptor listen_on_loopback(std::uint16_t& port);

}  // namespace bench
