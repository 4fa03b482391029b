#pragma once

#include <optional>
#include <span>

#include "server/routes.hpp"

/// One file a packet family; each hands out its routes.
namespace server::handlers {

std::span<const Route> negotiation();
std::span<const Route> memory();
std::span<const Route> registers();
std::span<const Route> breakpoints();
std::span<const Route> resume();
std::span<const Route> threads();
std::span<const Route> thread_events();
std::span<const Route> processes();
std::span<const Route> launch();
std::span<const Route> transfer();
std::span<const Route> host_files();
std::span<const Route> syscalls();
std::span<const Route> monitor();
std::span<const Route> lldb_host();
std::span<const Route> lldb_memory();
std::span<const Route> lldb_negotiation();
std::span<const Route> lldb_registers();
std::span<const Route> lldb_threads();
std::span<const Route> core();
std::span<const Route> modules();

/// What vAttachWait is answered as soon as the program is there, or can't be attached to.
std::optional<protocol::Reply> attach_to_awaited(Client& client);

}  // namespace server::handlers
