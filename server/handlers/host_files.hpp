#pragma once

#include <string_view>

#include "protocol/reply.hpp"
#include "server/host_files.hpp"

namespace server::handlers {

/// What follows "vFile:" in a packet, for whatever kind of client.
protocol::Reply operate_on_files(HostFiles& files, std::string_view operation);

}  // namespace server::handlers
