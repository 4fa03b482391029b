#include <array>
#include <cstdio>
#include <string>

#include "protocol/requests/processes.hpp"
#include "server/handlers/families.hpp"
#include "target/process_info.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

Reply help(Client& client, const std::string&);

Reply set_debug(Client& client, const std::string& word) {
  if (word != "0" && word != "1") return failed({EINVAL, "use 0 or 1"});
  client.console.set_log_level(word == "1" ? "debug" : "info");
  client.show(word == "1" ? "Debug output enabled.\n" : "Debug output disabled.\n");
  return reply::Ok{};
}

Reply set_remote_debug(Client& client, const std::string& word) {
  if (word != "0" && word != "1") return failed({EINVAL, "use 0 or 1"});
  client.console.set_log_level(word == "1" ? "trace" : "info");
  client.show(word == "1" ? "Protocol debug output enabled.\n" : "Protocol debug output disabled.\n");
  return reply::Ok{};
}

const char* describe(target::Thread::State state) {
  switch (state) {
    case target::Thread::State::Running: return "running";
    case target::Thread::State::Stopped: return "stopped";
    case target::Thread::State::Zombie: return "exited, others live on";
  }
  return "";
}

Reply list_threads(Client& client, const std::string&) {
  std::string text;
  for (const auto& [pid, process] : client.inferiors.processes())
    for (const auto& [tid, thread] : process->threads())
      text += std::to_string(pid.value) + "." + std::to_string(tid.value) + "  " +
              describe(thread->state()) + "  " + target::thread_summary(thread->id()).name + "\n";
  client.show(text.empty() ? "no threads\n" : text);
  return reply::Ok{};
}

Reply list_maps(Client& client, const std::string&) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  const auto mappings = target::mappings_of((*process)->pid());
  if (!mappings) return failed(mappings.error());
  std::string text;
  for (const auto& mapping : *mappings) {
    char line[64];
    std::snprintf(line, sizeof line, "%016llx-%016llx %c%c%c%c ",
                  static_cast<unsigned long long>(mapping.range.begin.value),
                  static_cast<unsigned long long>(mapping.range.end.value), mapping.readable ? 'r' : '-',
                  mapping.writable ? 'w' : '-', mapping.executable ? 'x' : '-', mapping.shared ? 's' : 'p');
    text += line + mapping.path + "\n";
  }
  client.show(text);
  return reply::Ok{};
}

Reply leave(Client& client, const std::string&) {
  client.console.quit();
  return reply::Ok{};
}

struct Command {
  std::string_view words;
  Reply (*run)(Client&, const std::string& argument);
  std::string_view explanation;
};
constexpr std::array commands{
    Command{"help", help, "this list"},
    Command{"set debug", set_debug, "<0|1>: log what the server does"},
    Command{"set remote-debug", set_remote_debug, "<0|1>: log every packet"},
    Command{"threads", list_threads, "threads and their state"},
    Command{"maps", list_maps, "what is mapped where"},
    Command{"exit", leave, "Quit GDBserver"},
};

Reply help(Client& client, const std::string&) {
  // gdb's own tests know a gdbserver by the first line and the one for exit.
  std::string text = "The following monitor commands are supported:\n";
  for (const auto& command : commands)
    text += "  " + std::string(command.words) + "\n    " + std::string(command.explanation) + "\n";
  client.show(text);
  return reply::Ok{};
}

Reply run_command(Client& client, const HexText& request) {
  const std::string_view text = request.text;
  for (const auto& command : commands) {
    if (!text.starts_with(command.words)) continue;
    const auto rest = text.substr(command.words.size());
    if (rest.empty()) return command.run(client, "");
    if (rest.front() == ' ') return command.run(client, std::string(rest.substr(1)));
  }
  client.show("Unknown monitor command.\n\n");
  (void)help(client, "");
  return failed({EINVAL, "unknown monitor command; monitor help lists them"});
}

constexpr std::array routes{Route{"qRcmd,", parse_then<HexText, run_command>}};

}  // namespace

std::span<const Route> monitor() { return routes; }

}  // namespace server::handlers
