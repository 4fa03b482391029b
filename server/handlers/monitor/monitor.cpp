#include <array>
#include <string>

#include "protocol/requests/processes.hpp"
#include "server/handlers/families.hpp"
#include "server/handlers/monitor/commands.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;
using commands::Argument;

Reply help(Client& client, Argument);

Reply leave(Client& client, Argument) {
  client.console.quit();
  return reply::Ok{};
}

struct Command {
  std::string_view words;
  Reply (*run)(Client&, Argument);
  std::string_view argument;
  std::string_view explanation;
};
constexpr std::array known_commands{
    Command{"help", help, "", "This list"},
    Command{"maps", commands::list_maps, "", "What is mapped where in the process"},
    Command{"threads", commands::list_threads, "",
            "Every thread: id, name, core, state, where it stands"},
    Command{"disassemble", commands::disassemble, "<address|$pc> [count]",
            "Instructions of the process, without breakpoint traps"},
    Command{"dump", commands::dump, "<file>",
            "A core file of the process, written by the server on its machine"},
    Command{"stats", commands::show_statistics, "", "What has gone over this connection"},
    Command{"set debug", commands::set_debug, "[all|threads|remote|event-loop] <0|1>",
            "Log more of what the server does"},
    Command{"set remote-debug", commands::set_remote_debug, "<0|1>", "Log every packet"},
    Command{"set event-loop-debug", commands::set_event_loop_debug, "<0|1>",
            "Log what wakes the server"},
    Command{"set debug-hw-points", commands::set_hardware_point_debug, "<0|1>",
            "Log watchpoints and hardware breakpoints"},
    Command{"set debug-format", commands::set_debug_format, "all|none|timestamp",
            "What stands before each line of the log"},
    Command{"set debug-file", commands::set_debug_file, "[file]",
            "Where the log goes; standard error without a file"},
    Command{"set libthread-db-search-path", commands::set_thread_library_path, "<path>",
            "Accepted for gdbserver's sake; libthread_db is not used"},
    Command{"exit", leave, "", "Quit GDBserver"},
};

Reply help(Client& client, Argument) {
  // gdb's own tests know a gdbserver by the first line and the one for exit.
  std::string text = "The following monitor commands are supported:\n";
  for (const auto& command : known_commands) {
    text += "  " + std::string(command.words);
    if (!command.argument.empty()) text += " " + std::string(command.argument);
    text += "\n    " + std::string(command.explanation) + "\n";
  }
  for (const auto& tool : client.console.monitor_tools())
    text += "  " + tool.words + (tool.argument.empty() ? "" : " ") + tool.argument + "\n    " + tool.explanation + "\n";
  client.show(text);
  return reply::Ok{};
}

/// What follows the words of a command, if the text is that command.
std::optional<Argument> argument_of(std::string_view text, std::string_view words) {
  if (!text.starts_with(words)) return std::nullopt;
  const auto rest = text.substr(words.size());
  if (rest.empty()) return Argument("");
  return rest.front() == ' ' ? std::optional(rest.substr(1)) : std::nullopt;
}

Reply run_tool(Client& client, const MonitorTool& tool, Argument argument) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  if ((*process)->any_running()) return failed({EBUSY, "the program runs; stop it first"});
  auto* thread = client.inferiors.find(client.thread_of_interest(**process));
  if (thread == nullptr) return failed({ESRCH, "the process has ended"});
  const auto said = tool.run(**process, *thread, argument);
  client.show(said ? *said : said.error().message + "\n");
  return said ? Reply(reply::Ok{}) : Reply(failed(said.error()));
}

Reply run_command(Client& client, const HexText& request) {
  const std::string_view text = request.text;
  for (const auto& command : known_commands) {
    if (const auto argument = argument_of(text, command.words)) return command.run(client, *argument);
  }
  for (const auto& tool : client.console.monitor_tools())
    if (const auto argument = argument_of(text, tool.words)) return run_tool(client, tool, *argument);
  client.show("Unknown monitor command.\n\n");
  (void)help(client, "");
  return failed({EINVAL, "unknown monitor command; monitor help lists them"});
}

constexpr std::array routes{Route{"qRcmd,", parse_then<HexText, run_command>}};

}  // namespace

std::span<const Route> monitor() { return routes; }

}  // namespace server::handlers
