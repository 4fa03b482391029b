#pragma once

#include <string>

#include "server/client.hpp"
#include "target/types/stop_event.hpp"

namespace server {

/// The stop reply for one client, with the registers that every client asks for first.
std::string describe_stop(Client& client, const target::StopEvent& event);

}  // namespace server
