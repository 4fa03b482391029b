#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "server/options.hpp"

/// The command lines that this server takes, one file a form. All get the words behind the program's name.
namespace server {

using Words = std::vector<std::string>;

/// [OPTIONS] COMM PROG [ARGS...]
CommandLine parse_gdbserver_form(Words words);

/// What follows lldb-server's "gdbserver": [OPTIONS] [[HOST]:PORT] [[--] PROG ARGS...]
CommandLine parse_lldb_gdbserver_form(Words words);

/// What follows lldb-server's "platform": [OPTIONS] --listen [HOST]:PORT [[--] PROG ARGS...]
CommandLine parse_lldb_platform_form(Words words);

/// lldb-server's ways to say where the debugger is: HOST:PORT, SCHEME://..., otherwise a unix socket's path.
/// `dials`: it waits for us there.
std::variant<Endpoint, std::string> parse_lldb_endpoint(const std::string& text, bool dials);

/// The whole text as a decimal number.
std::optional<int> parse_number(const std::string& text);

}  // namespace server
