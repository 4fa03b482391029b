#include "server/command_line/forms.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

namespace server {
namespace {

constexpr const char* usage_head =
    "remora [OPTIONS] COMM PROG [ARGS...]\n"
    "  remora [OPTIONS] --attach COMM PID\n"
    "  remora [OPTIONS] --multi COMM\n\n"
    "--wrapper WRAPPER ARGS... --  before COMM starts PROG through WRAPPER.\n"
    "COMM is where the debugger connects: HOST:PORT, :PORT (loopback only), :0 (any free port),\n"
    "unix:PATH, /dev/tty... (a serial line), or - (or stdio) for standard input and output. HOST\n"
    "is a numeric address, localhost, or a name in /etc/hosts.\n"
    "Every option of gdbserver is taken and means what it means there.";

constexpr const char* version_text =
    "remora 0.1.0\n"
    "Stands in for GNU gdbserver: same command line, same protocol.\n";

// gdb's tests take either this or a count of tests that were run.
constexpr const char* selftest_text = "Selftests have been disabled for this build.\n";

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

bool takes_the_next_word(const std::string& word) {
  constexpr std::array options{"--log", "--log-level", "--disable-packet", "--debug-file", "--debug-format"};
  return std::find(options.begin(), options.end(), word) != options.end();
}

// The first word that is neither an option nor the value of one, or --wrapper itself.
Words::iterator end_of_options(Words& words) {
  auto word = words.begin();
  while (word != words.end() && word->starts_with("-") && *word != "-" && *word != "--wrapper")
    word += takes_the_next_word(*word) && word + 1 != words.end() ? 2 : 1;
  return word;
}

// --wrapper PROG ARGS... -- cannot be told to the parser: what follows is not ours until the "--".
bool take_wrapper(Words& words, Words& wrapper) {
  const auto start = end_of_options(words);
  if (start == words.end() || *start != "--wrapper") return true;
  const auto end = std::find(start, words.end(), "--");
  if (end == words.end() || end == start + 1) return false;
  wrapper.assign(start + 1, end);
  words.erase(start, end + 1);
  return true;
}

/// What the options say before it is put where it belongs.
struct Raw {
  Options options;
  std::string comm, debug, debug_format;
  bool attach = false, version = false, randomize = false, no_escape = false, no_shell = false;
};

void declare(CLI::App& app, Raw& raw) {
  auto& options = raw.options;
  app.prefix_command();
  app.set_help_flag("-h,--help", "Show this and exit");
  app.add_flag("--version", raw.version, "Show the version and exit");
  app.add_flag("--attach", raw.attach, "Debug the running process PID");
  app.add_flag("--multi", options.multi, "Start without a program and stay after the last one ends");
  app.add_flag("--once", options.once, "End with the first connection");
  app.add_flag("--no-disable-randomization", raw.randomize, "Leave address space randomization on");
  app.add_flag("--disable-randomization", options.disable_randomization, "Turn it off (the default)");
  app.add_flag("--startup-with-shell", options.shell, "Start PROG through $SHELL");
  app.add_flag("--no-startup-with-shell", raw.no_shell, "Start PROG itself (the default: no shell is needed)");
  app.add_flag("--no-escape-args", raw.no_escape, "With a shell: let it expand what it finds in ARGS");
  app.add_option("--disable-packet", options.disabled_packets,
                 "Act as if this packet were unknown: vCont, T, Tthread, qC, qfThreadInfo or threads (all but vCont)")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(CLI::IsMember({"vCont", "T", "Tthread", "qC", "qfThreadInfo", "threads"}));
  app.add_option("--log,--debug-file", options.log.file, "Write the log to FILE instead of standard error");
  app.add_option("--log-level", options.log.level, "trace, debug, info, warning (default), error or off");
  app.add_flag("--log-packets,--remote-debug", options.log.packets, "Log every packet");
  app.add_flag("--debug{threads}", raw.debug,
               "Log what the server does; --debug=all,threads,remote,event-loop for parts of it");
  app.add_flag("--event-loop-debug", options.log.event_loop, "Log what wakes the server");
  app.add_option("--debug-format", raw.debug_format, "What stands before each line of the log: all, none or timestamp");
  app.add_option("COMM", raw.comm, "Where the debugger connects");
}

// all | threads | remote | event-loop, with commas between; the text says what is wrong.
std::string read_debug(std::string_view words, log::Settings& log) {
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(','));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    const bool all = word == "all";
    if (all || word == "threads")
      log.level = "debug";
    else if (word != "remote" && word != "event-loop")
      return "there is no debug component \"" + std::string(word) + "\": use all, threads, remote or event-loop";
    if (all || word == "remote") log.packets = true;
    if (all || word == "event-loop") log.event_loop = true;
  }
  return {};
}

std::string read_format(const std::string& words, log::Settings& log) {
  std::string unknown;
  const auto timestamps = log::parse_format(words, unknown);
  if (!timestamps) return "Unknown debug-format argument: \"" + unknown + "\"; use all, none or timestamp";
  log.timestamps = *timestamps;
  return {};
}

CommandLine settle(Raw raw, const Words& rest) {
  auto& options = raw.options;
  options.disable_randomization = !raw.randomize;
  options.shell = options.shell && !raw.no_shell;
  options.escape_arguments = !raw.no_escape;
  if (auto wrong = read_debug(raw.debug, options.log); !wrong.empty()) return refuse(wrong);
  if (!raw.debug_format.empty())
    if (auto wrong = read_format(raw.debug_format, options.log); !wrong.empty()) return refuse(wrong);
  return complete(std::move(options), raw.comm, rest, raw.attach);
}

}  // namespace

CommandLine parse_gdbserver_form(Words words) {
  Raw raw;
  for (auto word = words.begin(); word != end_of_options(words); ++word)
    if (*word == "--selftest" || word->starts_with("--selftest=")) return Leave{0, selftest_text};
  if (!take_wrapper(words, raw.options.wrapper))
    return refuse("--wrapper needs a program, and -- after its arguments");
  CLI::App app(usage_head, "remora");
  declare(app, raw);
  try {
    std::reverse(words.begin(), words.end());  // as this overload wants them
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return Leave{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return refuse(error.what());
  }
  if (raw.version) return Leave{0, version_text};
  return settle(std::move(raw), app.remaining());
}

}  // namespace server
