#include <string>

#include "server/handlers/monitor/commands.hpp"
#include "target/core/dump.hpp"

namespace server::handlers::commands {

using namespace protocol;

Reply dump(Client& client, Argument argument) {
  if (argument.empty()) return failed({EINVAL, "use: dump <file>, a path on the server's machine"});
  const auto process = client.process();
  if (!process) return failed(process.error());
  const std::string path(argument);
  const auto summary =
      target::core::dump(**process, client.thread_of_interest(**process), path);
  if (!summary) {
    client.show(summary.error().message + "\n");
    return failed(summary.error());
  }
  client.show("Saved " + path + ": " + target::core::describe(*summary) + "\n");
  return reply::Ok{};
}

}  // namespace server::handlers::commands
