#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <limits>

#include "server/command_line/forms.hpp"
#include "server/command_line/lldb_words.hpp"

namespace server {
namespace {

constexpr const char* usage_head =
    "lldb-server gdbserver [OPTIONS] [[HOST]:PORT] [[--] PROG ARGS...]\n\n"
    "HOST:PORT, :PORT (loopback), *:PORT (any address), or tcp://, unix://, unix-abstract://, serial:// and\n"
    "what is to be found there: where lldb connects. Without PROG and --attach lldb says what is debugged.";

Leave refuse(const std::string& what) {
  return {1, "error: " + what + "\nUse 'lldb-server gdbserver --help' for a complete list of options.\n"};
}

/// What the options say before it is put where it belongs.
struct Raw {
  Options options;
  std::optional<int> descriptor, pipe;
  std::string attach, log_channels;
  bool dials = false, native_registers = false;
};

void declare(CLI::App& app, Raw& raw) {
  auto& options = raw.options;
  app.allow_extras();
  app.set_help_flag("-h,--help", "Show this and exit");
  app.add_option("--fd", raw.descriptor, "Talk to lldb over this descriptor");
  app.add_option("--pipe", raw.pipe, "Write the port and a NUL to this descriptor");
  app.add_option("--named-pipe", options.port_report.named_pipe, "Write the port and a NUL to this file");
  app.add_flag("--reverse-connect", raw.dials, "Connect to lldb, which waits at [HOST]:PORT");
  app.add_option("--attach", raw.attach, "Debug the running process of this number or name");
  app.add_option("--lifeline", options.lifeline, "End when this pipe ends and lldb has not come yet");
  app.add_flag("-S,--setsid", options.new_session, "Become the leader of a new session");
  app.add_flag("-r,--native-regs", raw.native_registers, "No effect");
  app.add_option("--log-file", options.log.file, "Write the log to this file instead of standard error");
  app.add_option("--log-channels", raw.log_channels, "What to log, for example \"gdb-remote packets:lldb all\"");
}

std::variant<Endpoint, std::string> endpoint_of(const Raw& raw, Words& before, const Words& after) {
  if (raw.descriptor) {
    if (*raw.descriptor < 0) return "invalid '--fd' argument: use the number of an open descriptor";
    // lldb-server takes the first word for an address here too.
    const bool address = !before.empty() && (after.empty() ? before[0].find(':') != std::string::npos : true);
    if (address) before.erase(before.begin());
    return Endpoint{InheritedEndpoint{*raw.descriptor}};
  }
  if (before.empty()) return "no connection arguments: say where lldb connects, for example :1234, or give it by --fd";
  const auto address = before.front();
  before.erase(before.begin());
  return parse_lldb_endpoint(address, raw.dials);
}

CommandLine settle(Raw raw, Words before, const Words& after) {
  auto& options = raw.options;
  const auto unknown = std::find_if(before.begin(), before.end(), [](auto& word) { return word.starts_with('-'); });
  if (unknown != before.end()) return refuse("unknown argument '" + *unknown + "'");
  if (raw.pipe && *raw.pipe < 0) return refuse("invalid '--pipe' argument: use the number of an open descriptor");
  options.port_report.descriptor = raw.pipe.value_or(-1);
  const auto endpoint = endpoint_of(raw, before, after);
  if (const auto* wrong = std::get_if<std::string>(&endpoint)) return refuse(*wrong);
  options.form = Form::LldbServer;
  options.endpoint = std::get<Endpoint>(endpoint);
  options.once = true;
  if (const auto pid = parse_number(raw.attach); pid && *pid > 0)
    options.attach = target::Pid{*pid};
  else
    options.attach_name = raw.attach;
  auto& command = before;
  command.insert(command.end(), after.begin(), after.end());
  options.multi = command.empty() && raw.attach.empty();
  if (!command.empty() && raw.attach.empty()) {
    options.program = command.front();
    options.arguments.assign(command.begin() + 1, command.end());
    options.forward_stdio = true;
  }
  read_log_channels(raw.log_channels, options.log);
  return std::move(options);
}

}  // namespace

CommandLine parse_lldb_gdbserver_form(Words words) {
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
