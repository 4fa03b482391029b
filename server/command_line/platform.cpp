#include <CLI/CLI.hpp>
#include <algorithm>

#include "server/command_line/forms.hpp"
#include "server/command_line/lldb_words.hpp"

namespace server {
namespace {

constexpr const char* usage_head =
    "lldb-server platform [OPTIONS] --listen [HOST]:PORT [[--] PROG ARGS...]\n\n"
    "Serves lldb's \"platform connect\": its files, its processes, its shell, and debug servers for what it debugs.\n"
    "HOST:PORT, :PORT (loopback), *:PORT (any address), a socket's path, or tcp://, unix://, unix-abstract://.";

Leave refuse(const std::string& what) {
  return {1, "error: " + what + "\nUse 'lldb-server platform --help' for a complete list of options.\n"};
}

struct Raw {
  PlatformOptions options;
  std::string listen;
  int only_port = 0, first_port = 0, last_port = 0, port_offset = 0;
  bool debug = false, verbose = false;
};

void declare(CLI::App& app, Raw& raw) {
  auto& options = raw.options;
  app.allow_extras();
  app.set_help_flag("-h,--help", "Show this and exit");
  app.add_option("-L,--listen", raw.listen, "Where lldb connects");
  app.add_flag("--server", options.stays, "Serve any number of clients, until a signal ends it");
  app.add_option("-f,--socket-file,--port-file", options.socket_file, "Write the port, or the socket's path, to this file");
  const CLI::Range ports(0, 65535);
  app.add_option("-P,--gdbserver-port", raw.only_port, "The port of debug servers")->check(ports);
  app.add_option("-m,--min-gdbserver-port", raw.first_port, "The first port of debug servers")->check(ports);
  app.add_option("-M,--max-gdbserver-port", raw.last_port, "Where their ports end: the last one is one less")->check(ports);
  app.add_option("-p,--port-offset", raw.port_offset, "No effect");
  app.add_option("-l,--log-file", options.log.file, "Write the log to this file instead of standard error");
  app.add_option("-c,--log-channels", options.log_channels, "What to log, for example \"gdb-remote packets:lldb all\"");
  app.add_flag("-d,--debug", raw.debug, "No effect");
  app.add_flag("-v,--verbose", raw.verbose, "No effect");
}

std::optional<PortRange> ports_of(const Raw& raw) {
  const auto port = [](int number) { return static_cast<std::uint16_t>(number); };
  if (raw.only_port != 0) return PortRange{port(raw.only_port), port(raw.only_port)};
  if (raw.first_port == 0 && raw.last_port == 0) return PortRange{};
  if (raw.first_port == 0 || raw.last_port <= raw.first_port) return std::nullopt;
  return PortRange{port(raw.first_port), port(raw.last_port - 1)};
}

CommandLine settle(Raw raw, Words words, const Words& after) {
  auto& options = raw.options;
  const auto unknown = std::find_if(words.begin(), words.end(), [](auto& word) { return word.starts_with('-'); });
  if (unknown != words.end()) return refuse("unknown argument '" + *unknown + "'");
  if (raw.listen.empty()) return refuse("no --listen: say where lldb connects, for example --listen :1234");
  const auto endpoint = parse_lldb_endpoint(raw.listen, false);
  if (const auto* wrong = std::get_if<std::string>(&endpoint)) return refuse(*wrong);
  options.endpoint = std::get<Endpoint>(endpoint);
  if (!std::holds_alternative<TcpEndpoint>(options.endpoint) && !std::holds_alternative<UnixEndpoint>(options.endpoint))
    return refuse("\"" + raw.listen + "\" is nothing to listen on: use HOST:PORT or a unix socket");
  const auto ports = ports_of(raw);
  if (!ports) return refuse("--min-gdbserver-port has to be less than --max-gdbserver-port, and neither 0");
  options.server_ports = *ports;
  options.program = std::move(words);
  options.program.insert(options.program.end(), after.begin(), after.end());
  read_log_channels(options.log_channels, options.log);
  return std::move(options);
}

}  // namespace

CommandLine parse_lldb_platform_form(Words words) {
  Raw raw;
  const auto after = take_after_dashes(words);
  CLI::App app(usage_head, "lldb-server");
  declare(app, raw);
  double_the_dashes(app, words);
  try {
    std::reverse(words.begin(), words.end());  // as this overload wants them
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return Leave{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return refuse(error.what());
  }
  return settle(std::move(raw), app.remaining(), after);
}

}  // namespace server
