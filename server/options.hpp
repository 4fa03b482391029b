#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "server/logging.hpp"
#include "server/monitor_tool.hpp"
#include "target/types/ids.hpp"

namespace server {

/// Where clients come from.
struct TcpEndpoint {
  std::string host;  ///< numeric, "localhost", or "" for loopback
  std::uint16_t port = 0;  ///< 0: any free one
};
struct UnixEndpoint {
  std::string path;
  bool abstract = false;  ///< a name of the kernel's, not one in the file system
};
struct StdioEndpoint {};
/// A serial line.
struct DeviceEndpoint {
  std::string path;
};
/// A client that waits for us.
struct DialEndpoint {
  std::variant<TcpEndpoint, UnixEndpoint> where;
};
/// A connection that we were started with.
struct InheritedEndpoint {
  int descriptor = -1;
};
using Endpoint =
    std::variant<TcpEndpoint, UnixEndpoint, StdioEndpoint, DeviceEndpoint, DialEndpoint, InheritedEndpoint>;

/// Whose command line it was. In lldb-server's form the server serves one client and ends with status 0, or 255 if there
/// is no connection; its programs outlive it, and get no descriptor that it was started with.
enum class Form { Gdbserver, LldbServer };

/// Who waits to hear on which port the server listens: its number, or a socket's path, and a NUL.
struct PortReport {
  std::string named_pipe;  ///< "": none
  int descriptor = -1;     ///< -1: none
};

struct Options {
  Form form = Form::Gdbserver;
  Endpoint endpoint;
  PortReport port_report;
  std::optional<target::Pid> attach;
  std::string attach_name;        ///< attach to the only process of this name; "": to none
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::string> wrapper;
  std::vector<std::string> disabled_packets;
  bool once = false;
  bool multi = false;
  bool disable_randomization = true;
  bool shell = false;             ///< start programs through $SHELL
  bool escape_arguments = true;   ///< keep the shell from reading anything into the program's arguments
  bool forward_stdio = false;     ///< what the program prints goes to the client (O packets)
  bool new_session = false;       ///< setsid(2)
  int lifeline = -1;              ///< a pipe: where it ends before a client has come, so does the server; -1: none
  log::Settings log;
  std::vector<MonitorTool> monitor_tools;  ///< set by the program itself
};

/// Both ends included; 0: any port.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

/// lldb-server's platform mode.
struct PlatformOptions {
  Endpoint endpoint;
  bool stays = false;                ///< serves many clients; else one, and ends with it
  std::string socket_file;           ///< to write the port or the socket's path to; "": none
  PortRange server_ports;            ///< what debug servers may have
  std::vector<std::string> program;  ///< each client finds a debug server for it; empty: none
  log::Settings log;
  std::string log_channels;          ///< what debug servers are to log, in lldb-server's words
};

/// What the command line asks for: to serve, or to print something and leave.
struct Leave {
  int status = 0;
  std::string text;
};
using CommandLine = std::variant<Options, PlatformOptions, Leave>;

CommandLine parse_command_line(int argc, const char* const* argv);

/// COMM: host:port, :port, unix:PATH, /PATH of a terminal device, - or stdio. Otherwise the text says what is wrong.
std::variant<Endpoint, std::string> parse_endpoint(const std::string& text);

}  // namespace server
