#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "server/logging.hpp"
#include "target/types/ids.hpp"

namespace server {

/// Where clients come from.
struct TcpEndpoint {
  std::string host;  ///< numeric, "localhost", or "" for loopback
  std::uint16_t port = 0;  ///< 0: any free one
};
struct UnixEndpoint {
  std::string path;
};
struct StdioEndpoint {};
/// A serial line.
struct DeviceEndpoint {
  std::string path;
};
using Endpoint = std::variant<TcpEndpoint, UnixEndpoint, StdioEndpoint, DeviceEndpoint>;

struct Options {
  Endpoint endpoint;
  std::optional<target::Pid> attach;
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::string> wrapper;
  std::vector<std::string> disabled_packets;
  bool once = false;
  bool multi = false;
  bool disable_randomization = true;
  bool shell = false;             ///< start programs through $SHELL
  bool escape_arguments = true;   ///< keep the shell from reading anything into the program's arguments
  log::Settings log;
};

/// What the command line asks for: to serve, or to print something and leave.
struct Leave {
  int status = 0;
  std::string text;
};
using CommandLine = std::variant<Options, Leave>;

CommandLine parse_command_line(int argc, const char* const* argv);

/// COMM: host:port, :port, unix:PATH, /PATH of a terminal device, - or stdio. Otherwise the text says what is wrong.
std::variant<Endpoint, std::string> parse_endpoint(const std::string& text);

}  // namespace server
