#pragma once

#include <CLI/CLI.hpp>

#include "server/command_line/forms.hpp"

/// What lldb-server's two command lines have in common.
namespace server {

/// Takes the first "--" and what follows it away; what followed it.
Words take_after_dashes(Words& words);

/// -option and -option=value are --option: one dash does for every name, and no letters are joined.
void double_the_dashes(const CLI::App& app, Words& words);

/// CHANNEL [CATEGORY...] [":" ...]: packets are logged for gdb-remote's packets, default and all, and anything else
/// stands for what the server does.
void read_log_channels(std::string_view channels, log::Settings& log);

}  // namespace server
