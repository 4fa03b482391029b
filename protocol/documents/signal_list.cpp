#include "protocol/documents/signal_list.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace protocol {
namespace {

// By number, from 1: what lldb has for a program on the same machine.
struct Row {
  std::string_view name;
  bool suppress = false, stop = true, notify = true;
};
constexpr Row silent(std::string_view name) { return {name, false, false, false}; }
constexpr Row told(std::string_view name) { return {name, false, false, true}; }
constexpr Row kept(std::string_view name) { return {name, true, true, true}; }

constexpr std::array classic{
    Row{"SIGHUP"},  kept("SIGINT"),    Row{"SIGQUIT"}, Row{"SIGILL"},     kept("SIGTRAP"),  Row{"SIGABRT"},
    Row{"SIGBUS"},  Row{"SIGFPE"},     Row{"SIGKILL"}, Row{"SIGUSR1"},    Row{"SIGSEGV"},   Row{"SIGUSR2"},
    Row{"SIGPIPE"}, silent("SIGALRM"), Row{"SIGTERM"}, Row{"SIGSTKFLT"},  told("SIGCHLD"),  told("SIGCONT"),
    kept("SIGSTOP"), Row{"SIGTSTP"},   Row{"SIGTTIN"}, Row{"SIGTTOU"},    Row{"SIGURG"},    Row{"SIGXCPU"},
    Row{"SIGXFSZ"}, Row{"SIGVTALRM"},  silent("SIGPROF"), Row{"SIGWINCH"}, Row{"SIGIO"},    Row{"SIGPWR"},
    Row{"SIGSYS"},
};
constexpr int first_realtime = 34, middle_realtime = 49, last_realtime = 64;

std::string realtime_name(int number) {
  if (number < first_realtime) return "SIG" + std::to_string(number);
  if (number == first_realtime) return "SIGRTMIN";
  if (number == last_realtime) return "SIGRTMAX";
  return number <= middle_realtime ? "SIGRTMIN+" + std::to_string(number - first_realtime)
                                   : "SIGRTMAX-" + std::to_string(last_realtime - number);
}

std::string entry(int number, const Row& row) {
  const auto word = [](bool is) { return is ? "true" : "false"; };
  return "{\"signo\":" + std::to_string(number) + ",\"name\":\"" + std::string(row.name) + "\",\"suppress\":" +
         word(row.suppress) + ",\"stop\":" + word(row.stop) + ",\"notify\":" + word(row.notify) + "}";
}

}  // namespace

std::string signal_list() {
  std::string text = "[";
  int number = 0;
  for (const auto& row : classic) {
    text += text.size() > 1 ? "," : "";
    text += entry(++number, row);
  }
  while (++number <= last_realtime) text += "," + entry(number, silent(realtime_name(number)));
  return text + "]";
}

}  // namespace protocol
