#include "server/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

namespace server {
namespace {

constexpr const char* usage_head =
    "remora [OPTIONS] COMM PROG [ARGS...]\n"
    "  remora [OPTIONS] --attach COMM PID\n"
    "  remora [OPTIONS] --multi COMM\n\n"
    "--wrapper WRAPPER ARGS... --  before COMM starts PROG through WRAPPER.\n"
    "COMM is where the debugger connects: HOST:PORT, :PORT (loopback only), :0 (any free port),\n"
    "unix:PATH, or - for standard input and output.";

constexpr const char* version_text = "remora 0.1.0\n";

std::optional<int> parse_number(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Leave refuse(const std::string& what) { return {1, "remora: " + what + " (see remora --help)\n"}; }

CommandLine complete(Options options, const std::string& comm, const std::vector<std::string>& rest,
                     bool attach) {
  // The parser takes a word that it does not know for the program.
  if (!rest.empty() && rest.front().starts_with("--")) return refuse("there is no option " + rest.front());
  if (comm.empty()) return refuse("no connection given: say where the debugger connects, for example :1234");
  const auto endpoint = parse_endpoint(comm);
  if (const auto* wrong = std::get_if<std::string>(&endpoint)) return refuse(*wrong);
  options.endpoint = std::get<Endpoint>(endpoint);
  if (attach) {
    if (rest.size() != 1) return refuse("--attach needs exactly one process id after " + comm);
    const auto pid = parse_number(rest[0]);
    if (!pid || *pid <= 0) return refuse("\"" + rest[0] + "\" is no process id");
    options.attach = target::Pid{*pid};
    return options;
  }
  if (rest.empty()) {
    if (!options.multi) return refuse("no program given: name one, or use --attach PID or --multi");
    return options;
  }
  options.program = rest.front();
  options.arguments.assign(rest.begin() + 1, rest.end());
  return options;
}

// --wrapper PROG ARGS... -- cannot be told to the parser: what follows is not ours until the "--".
bool take_wrapper(std::vector<std::string>& words, std::vector<std::string>& wrapper) {
  const auto start = std::find(words.begin(), words.end(), "--wrapper");
  if (start == words.end()) return true;
  const auto end = std::find(start, words.end(), "--");
  if (end == words.end() || end == start + 1) return false;
  wrapper.assign(start + 1, end);
  words.erase(start, end + 1);
  return true;
}

}  // namespace

std::variant<Endpoint, std::string> parse_endpoint(const std::string& text) {
  if (text == "-" || text == "stdio") return Endpoint{StdioEndpoint{}};
  constexpr std::string_view unix_prefix = "unix:";
  if (text.starts_with(unix_prefix)) {
    if (text.size() == unix_prefix.size()) return std::string("unix: needs a path after it");
    return Endpoint{UnixEndpoint{text.substr(unix_prefix.size())}};
  }
  const auto colon = text.rfind(':');
  if (colon == std::string::npos)
    return "\"" + text + "\" is no connection: use HOST:PORT, :PORT, unix:PATH or -";
  const auto port = parse_number(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535)
    return "\"" + text.substr(colon + 1) + "\" is no port: use 0 (any free one) to 65535";
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return Endpoint{TcpEndpoint{host, static_cast<std::uint16_t>(*port)}};
}

CommandLine parse_command_line(int argc, const char* const* argv) {
  Options options;
  std::vector<std::string> words(argv + 1, argv + argc);
  if (!take_wrapper(words, options.wrapper)) return refuse("--wrapper needs a program, and -- after its arguments");
  std::string comm;
  bool attach = false, version = false, randomize = false;
  CLI::App app(usage_head, "remora");
  app.prefix_command();
  app.set_help_flag("-h,--help", "Show this and exit");
  app.add_flag("--version", version, "Show the version and exit");
  app.add_flag("--attach", attach, "Debug the running process PID");
  app.add_flag("--multi", options.multi, "Start without a program and stay after the last one ends");
  app.add_flag("--once", options.once, "End with the first connection");
  app.add_flag("--no-disable-randomization", randomize, "Leave address space randomization on");
  app.add_flag("--disable-randomization", options.disable_randomization, "Turn it off (the default)");
  app.add_option("--disable-packet", options.disabled_packets,
                 "Act as if this packet were unknown: vCont, T, Tthread, qC, qfThreadInfo or threads (all but vCont)")
      ->allow_extra_args(false);
  app.add_option("--log", options.log.file, "Write the log to FILE instead of standard error");
  app.add_option("--log-level", options.log.level, "trace, debug, info, warning (default), error or off");
  app.add_flag("--log-packets", options.log.packets, "Log every packet");
  app.add_option("COMM", comm, "Where the debugger connects");
  try {
    std::reverse(words.begin(), words.end());  // as this overload wants them
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return Leave{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return refuse(error.what());
  }
  if (version) return Leave{0, version_text};
  options.disable_randomization = !randomize;
  return complete(std::move(options), comm, app.remaining(), attach);
}

}  // namespace server
