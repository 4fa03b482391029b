#include <string>

#include "server/handlers/monitor/commands.hpp"
#include "target/core/dump.hpp"

namespace server::handlers::commands {

using namespace protocol;

namespace {

target::Result<target::core::Summary> save(Client& client, target::Process& process, const std::string& path) {
  auto file = target::core::CoreFile::create(path);
  if (!file) return tl::unexpected(file.error());
  return client.inferiors.save_core(process, client.thread_of_interest(process),
                                    [&](target::core::Snapshot snapshot, const target::core::Source& source) {
    return file->write(std::move(snapshot), source);
  });
}

}  // namespace

Reply dump(Client& client, Argument argument) {
  if (argument.empty()) return failed({EINVAL, "use: dump <file>, a path on the server's machine"});
  const auto process = client.process();
  if (!process) return failed(process.error());
  const std::string path(argument);
  const auto summary = save(client, **process, path);
  if (!summary) {
    client.show(summary.error().message + "\n");
    return failed(summary.error());
  }
  client.show("Saved " + path + ": " + target::core::describe(*summary) + "\n");
  return reply::Ok{};
}

}  // namespace server::handlers::commands
