#pragma once

#include <string_view>

#include "server/client.hpp"
#include "server/routes.hpp"

/// What `monitor` runs, one function a command; each gets what follows its name.
namespace server::handlers::commands {

using Argument = std::string_view;

// Settings of the server, in gdbserver's words.
protocol::Reply set_debug(Client& client, Argument argument);
protocol::Reply set_remote_debug(Client& client, Argument argument);
protocol::Reply set_event_loop_debug(Client& client, Argument argument);
protocol::Reply set_hardware_point_debug(Client& client, Argument argument);
protocol::Reply set_debug_format(Client& client, Argument argument);
protocol::Reply set_debug_file(Client& client, Argument argument);
protocol::Reply set_thread_library_path(Client& client, Argument argument);

// What there is to see.
protocol::Reply list_maps(Client& client, Argument argument);
protocol::Reply list_threads(Client& client, Argument argument);
protocol::Reply disassemble(Client& client, Argument argument);
protocol::Reply show_statistics(Client& client, Argument argument);

// What there is to do.
protocol::Reply dump(Client& client, Argument argument);

}  // namespace server::handlers::commands
