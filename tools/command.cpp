// Every tool's options and what they mean: the one file that knows the command line's library, which takes long to compile.

#include "tools/command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "tools/count/count.hpp"
#include "tools/crashes/run.hpp"
#include "tools/disasm/disasm.hpp"
#include "tools/dump/dump.hpp"
#include "tools/listing/listing.hpp"
#include "tools/patch/patch.hpp"
#include "tools/script/script.hpp"
#include "tools/syscalls/syscalls.hpp"
#include "tools/trace/trace.hpp"

namespace tools {

namespace {

/// The work of the chosen tool; its exit status.
using Action = std::function<target::Result<int>(const DebugPort&)>;

constexpr auto location = "LOCATION";

void require_subject(const Subject& subject) {
  if (subject.command.empty() && subject.pid == 0)
    throw CLI::ValidationError("nothing to work on; give a program behind --, or a process with --pid");
}

/// The options that every tool has which works on programs: --pid, --no-follow, and the command.
void add_subject(CLI::App& tool, Subject& subject) {
  auto* pid = tool.add_option("-p,--pid", subject.pid, "a process that runs already")->type_name("PID")->check(CLI::PositiveNumber);
  tool.add_option("PROG", subject.command, "the program to start, and its arguments")->type_name("ARGS")->excludes(pid);
  tool.add_flag("!--no-follow", subject.follow, "leave the programs that it starts alone");
  // What comes behind the program's name is the program's.
  tool.positionals_at_end();
  tool.prefix_command(false);
  tool.parse_complete_callback([&subject] { require_subject(subject); });
}

void add_output(CLI::App& tool, OutputOptions& options) {
  tool.add_flag("--json", options.json, "one JSON object a line");
  tool.add_option("-o,--output", options.file, "write there")->type_name("FILE");
}

template <class Options>
CLI::App& declare(CLI::App& tools, Action& action, const std::shared_ptr<Options>& options, target::Result<int> (*run)(const Options&),
                  const char* name, const char* purpose) {
  auto* tool = tools.add_subcommand(name, purpose);
  add_output(*tool, options->output);
  tool->callback([options, run, &action] { action = [options, run](const DebugPort&) { return run(*options); }; });
  return *tool;
}

void declare_count(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<count::Options>();
  auto& tool = declare(tools, action, options, count::run, "count", "how many instructions a program executes, in all, by thread and by module");
  tool.add_option("--from", options->from, "count only from there ...")->type_name(location);
  tool.add_option("--to", options->to, "... to there, each time")->type_name(location);
  tool.add_option("--limit", options->limit, "stop after so many")->type_name("N");
  add_subject(tool, options->subject);
}

void declare_trace(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<trace::Options>();
  auto& tool = declare(tools, action, options, trace::run, "trace", "each instruction that a program executes");
  tool.add_option("--from", options->from, "trace only from there ...")->type_name(location);
  tool.add_option("--to", options->to, "... to there, each time")->type_name(location);
  tool.add_option("--module", options->module, "show only what is in this file")->type_name("NAME");
  tool.add_option("--function", options->function, "show only what is in this function itself")->type_name("NAME");
  tool.add_option("--limit", options->limit, "stop after so many have been shown")->type_name("N");
  tool.add_flag("--intel", options->intel, "Intel syntax in place of AT&T's");
  tool.add_flag("--registers", options->registers, "also which registers have changed");
  tool.add_flag("--memory", options->memory, "also what is in memory operands afterwards");
  tool.add_flag("--summary", options->summary, "only the hottest addresses and blocks");
  add_subject(tool, options->subject);
}

void declare_syscalls(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<syscalls::Options>();
  auto& tool = declare(tools, action, options, syscalls::run, "syscalls", "the system calls that a program makes");
  tool.add_option("--only", options->only,
                  "only these: names and sets (%file %desc %network %process %memory %signal %ipc), commas between, ! before for all others")
      ->type_name("SET");
  tool.add_flag("--summary", options->summary, "only how often each, and how long it took");
  tool.add_option("--text-limit", options->longest_text, "show so many bytes of a buffer (default: 32)")->type_name("N")->check(CLI::Range(0, 1 << 20));
  add_subject(tool, options->subject);
}

void declare_patch(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<patch::Options>();
  auto& tool = declare(tools, action, options, patch::run, "patch", "writes over the code of a program, and lets it run so");
  tool.add_option("--write", options->edits.writes, "these bytes")->type_name("LOCATION=BYTES")->allow_extra_args(false);
  tool.add_option("--nop", options->edits.nops, "no operation in place of COUNT whole instructions")->type_name("LOCATION[,COUNT]")->allow_extra_args(false);
  tool.add_option("--jump", options->edits.jumps, "the shortest jump that reaches")->type_name("FROM=TO")->allow_extra_args(false);
  tool.add_option("--when", options->when, "not before the program comes there")->type_name(location);
  tool.add_flag("--force", options->edits.force, "a jump may take more room than the instruction that is there");
  add_subject(tool, options->subject);
}

// Of the port itself the server knows more; a slip is to be heard of before the program has run.
std::string wrong_port(const std::string& text) {
  const auto colon = text.rfind(':');
  int port = -1;
  const auto* const end = text.data() + text.size();
  const bool whole = colon != std::string::npos && std::from_chars(text.data() + colon + 1, end, port).ptr == end;
  return whole && port >= 0 && port <= 65535 ? "" : "\"" + text + "\" is no HOST:PORT with a port from 0, any free one, to 65535";
}

void declare_run(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<crashes::Options>();
  auto& tool = *tools.add_subcommand("run", "runs a program and says what happened if it crashes");
  add_output(tool, options->output);
  tool.callback([options, &action] { action = [options](const DebugPort& port) { return crashes::run(*options, port); }; });
  tool.add_option("--on-crash", options->on_crash, "what to do then, in this order: report, core, wait (default: report)")
      ->delimiter(',')->check(CLI::IsMember({"report", "core", "wait"}))->allow_extra_args(false);
  tool.add_option("--on-signal", options->signals, "take these for crashes too, even if the program handles them")->delimiter(',')->allow_extra_args(false);
  tool.add_option("--core-file", options->core_file, "where the core goes; %p is the process's id (default: core.%p)");
  tool.add_option("--core-limit", options->core_limit, "at most so many bytes of memory in it")->check(CLI::PositiveNumber);
  tool.add_option("--wait-port", options->wait_port, "where a debugger may come (default: localhost, any free port)")
      ->type_name("HOST:PORT")->check(wrong_port);
  tool.add_option("--wait-time", options->wait_seconds, "for so long if none comes; 0: for ever (default: 600)")
      ->type_name("SECONDS")->check(CLI::Range(0, 1'000'000'000));
  tool.add_option("--frames", options->report.frames, "at most so many in a backtrace (default: 64)")->check(CLI::PositiveNumber);
  tool.add_flag("!--no-maps", options->report.maps, "leave out what is mapped where");
  tool.add_flag("--environment", options->report.environment, "also the program's environment");
  add_subject(tool, options->subject);
}

void declare_disasm(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<disasm::Options>();
  auto& tool = declare(tools, action, options, disasm::run, "disasm", "the instructions at a place of a program, which is not run for it");
  tool.add_option("LOCATION", options->location, "where; with a number behind a comma that many instructions, else the whole function or line")
      ->type_name("LOCATION[,COUNT]")->required();
  auto* function = tool.add_flag("--function", options->function, "the whole function that the location is in");
  tool.add_option("--count", options->count, "so many instructions")->type_name("N")->check(CLI::PositiveNumber)->excludes(function);
  tool.add_flag("--intel", options->intel, "Intel syntax in place of AT&T's");
  auto* file = tool.add_option("--file", options->file, "as this program or library has them")->type_name("PATH");
  auto* pid = tool.add_option("-p,--pid", options->subject.pid, "as a process has them, which runs on meanwhile")
                  ->type_name("PID")->check(CLI::PositiveNumber)->excludes(file);
  tool.add_option("PROG", options->subject.command, "as this program has them in its memory, with its libraries, when it begins")
      ->type_name("ARGS")->excludes(pid)->excludes(file);
  tool.parse_complete_callback([options] {
    if (options->subject.command.empty() && options->subject.pid == 0 && options->file.empty())
      throw CLI::ValidationError("whose instructions? Give a file with --file, a program behind --, or a process with --pid");
  });
}

void declare_dump(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<dump::Options>();
  auto& tool = *tools.add_subcommand("dump", "a core of a process, which stands still only until it has been forked");
  tool.add_option("-p,--pid,PID", options->pid, "the process")->type_name("")->required()->check(CLI::PositiveNumber);
  tool.add_option("-o,--output", options->core_file, "where the core goes; %p is the process's id (default: core.%p)")->type_name("FILE");
  tool.add_flag("--json", options->json, "one JSON object a line");
  tool.add_option("--core-limit", options->core_limit, "at most so many bytes of memory in it")->check(CLI::PositiveNumber);
  tool.add_flag("!--no-copy", options->copy, "have the process stand still until all is written; takes no memory");
  tool.callback([options, &action] { action = [options](const DebugPort&) { return dump::run(*options); }; });
}

// Each --do belongs to the hook before it, of whatever kind that is.
std::vector<script::OneLiner> one_liners(const CLI::App& tool) {
  using Kind = script::OneLiner::Kind;
  std::vector<script::OneLiner> found;
  std::map<const CLI::Option*, std::size_t> used;
  for (const auto* option : tool.parse_order()) {
    const auto name = option->get_single_name();
    const bool code = name == "do", hook = name == "break" || name == "watch" || name == "syscall" || name == "signal";
    if (!code && !hook) continue;
    const auto& value = option->results().at(used[option]++);
    if (code && found.empty()) throw CLI::ValidationError("--do says what to do at the --break, --watch, --syscall or --signal before it");
    if (code)
      found.back().code.push_back(value);
    else
      found.push_back({name == "break" ? Kind::Break : name == "watch" ? Kind::Watch : name == "syscall" ? Kind::Syscall : Kind::Signal, value, {}});
  }
  return found;
}

// Without code on the command line the first word is the script.
void take_script(script::Options& options) {
  auto& words = options.subject.command;
  if (!options.one_liners.empty() || !options.file.empty() || words.empty()) return;
  options.file = words.front();
  words.erase(words.begin());
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
}

void declare_script(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<script::Options>();
  auto& tool = declare(tools, action, options, script::run, "script", "runs a program under a script in Lua");
  tool.add_option("-f,--file", options->file, "the script, if it is not the first word")->type_name("FILE.lua");
  for (const auto& [name, purpose, type] : {std::tuple{"--break", "come there ...", location}, {"--watch", "write there ...", "LOCATION[:BYTES]"},
                                            {"--syscall", "make this call ...", "CALL"}, {"--signal", "get this signal ...", "SIGNAL"},
                                            {"--do", "... and this is done, in Lua; registers are variables", "CODE"}})
    tool.add_option(name, purpose)->type_name(type)->allow_extra_args(false)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_subject(tool, options->subject);
  tool.parse_complete_callback([&tool, options] {
    options->one_liners = one_liners(tool);
    take_script(*options);
    require_subject(options->subject);
  });
}

void declare_maps(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<listing::MapsOptions>();
  auto& tool = declare(tools, action, options, listing::maps, "maps", "what is mapped in a process");
  tool.add_option("PID", options->pid, "the process")->required()->check(CLI::PositiveNumber);
}

void declare_ps(CLI::App& tools, Action& action) {
  const auto options = std::make_shared<listing::ProcessesOptions>();
  declare(tools, action, options, listing::processes, "ps", "the processes that are there, and which cannot be attached to for what reason");
}

struct Tool {
  std::string_view name;
  void (*declare)(CLI::App&, Action&);
};
constexpr std::array all_tools{Tool{"count", declare_count}, Tool{"trace", declare_trace}, Tool{"syscalls", declare_syscalls},
                               Tool{"patch", declare_patch}, Tool{"script", declare_script}, Tool{"run", declare_run},
                               Tool{"dump", declare_dump}, Tool{"disasm", declare_disasm}, Tool{"maps", declare_maps},
                               Tool{"ps", declare_ps}};

bool names_tool(std::string_view word) {
  return std::any_of(all_tools.begin(), all_tools.end(), [&](const Tool& tool) { return tool.name == word; });
}

// Options may stand behind a script, as they may not behind a program.
std::vector<const char*> with_script_named(int argc, const char* const* argv) {
  std::vector<const char*> words(argv, argv + argc);
  if (argc > 2 && words[1] == std::string_view("script") && words[2][0] != '-') words.insert(words.begin() + 2, "--file");
  return words;
}

int carry_out(std::string_view tool, const Action& action, const DebugPort& debug_port) {
  const auto status = action(debug_port);
  if (status) return *status;
  fmt::print(stderr, "remora {}: {}\n", tool, status.error().message);
  return tool_failed;
}

}  // namespace

std::optional<int> run(int argc, const char* const* argv, const DebugPort& debug_port) {
  // Most calls are the server's, and are spared the rest.
  if (argc < 2 || !names_tool(argv[1])) return std::nullopt;
  const auto words = with_script_named(argc, argv);
  CLI::App app("", "remora");
  app.require_subcommand(1);
  Action action;
  for (const auto& tool : all_tools) tool.declare(app, action);
  try {
    app.parse(static_cast<int>(words.size()), words.data());
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    fmt::print(stderr, "remora {0}: {1}; see remora {0} --help\n", argv[1], error.what());
    return tool_failed;
  }
  return carry_out(argv[1], action, debug_port);
}

}  // namespace tools
