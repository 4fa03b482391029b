#include <string>

#include "server/handlers/monitor/commands.hpp"

namespace server::handlers::commands {
namespace {

using namespace protocol;

Reply switch_detail(Client& client, Argument word, log::Detail detail, const std::string& title) {
  const bool on = word == "1" || word == "on";
  if (!on && word != "0" && word != "off") return failed({EINVAL, "use 0 or 1"});
  log::show(detail, on);
  client.show(title + " output " + (on ? "enabled.\n" : "disabled.\n"));
  return reply::Ok{};
}

}  // namespace

//     set debug [component] switch      since gdbserver 15 with a component
Reply set_debug(Client& client, Argument argument) {
  const auto space = argument.find(' ');
  const auto component = space == Argument::npos ? Argument("all") : argument.substr(0, space);
  const auto word = space == Argument::npos ? argument : argument.substr(space + 1);
  if (component == "remote") return set_remote_debug(client, word);
  if (component == "event-loop") return set_event_loop_debug(client, word);
  if (component != "all" && component != "threads")
    return failed(
        {EINVAL, "there is no component of that name: use all, threads, remote or event-loop"});
  return switch_detail(client, word, log::Detail::General, "Debug");
}

Reply set_remote_debug(Client& client, Argument argument) {
  return switch_detail(client, argument, log::Detail::Packets, "Protocol debug");
}

Reply set_event_loop_debug(Client& client, Argument argument) {
  return switch_detail(client, argument, log::Detail::EventLoop, "Event loop debug");
}

Reply set_hardware_point_debug(Client& client, Argument argument) {
  return switch_detail(client, argument, log::Detail::HardwarePoints, "H/W point debugging");
}

Reply set_debug_format(Client& client, Argument argument) {
  std::string unknown;
  const auto timestamps = log::parse_format(argument, unknown);
  if (!timestamps) {
    client.show("Unknown debug-format argument: \"" + unknown + "\"\n");
    return failed({EINVAL, "use all, none or timestamp"});
  }
  log::show_timestamps(*timestamps);
  if (argument.ends_with("timestamp"))
    client.show("Timestamps will be added to debug output.\n");
  else
    client.show(*timestamps ? "All extra debug format options enabled.\n"
                            : "All extra debug format options disabled.\n");
  return reply::Ok{};
}

Reply set_debug_file(Client&, Argument argument) {
  if (auto wrong = log::redirect(std::string(argument)); !wrong.empty())
    return failed({EIO, std::move(wrong)});
  return reply::Ok{};
}

Reply set_thread_library_path(Client& client, Argument argument) {
  // gdbserver's own words come last: that is where gdb's tests look for them.
  client.show(
      "libthread_db is not used here: threads and thread-local variables are found without it.\n"
      "libthread-db-search-path set to `" +
      std::string(argument) + "'\n");
  return reply::Ok{};
}

}  // namespace server::handlers::commands
