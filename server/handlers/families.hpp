#pragma once

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
std::span<const Route> transfer();
std::span<const Route> host_files();
std::span<const Route> syscalls();
std::span<const Route> monitor();
std::span<const Route> lldb_host();
std::span<const Route> lldb_memory();
std::span<const Route> lldb_negotiation();
std::span<const Route> lldb_registers();
std::span<const Route> lldb_threads();

}  // namespace server::handlers
