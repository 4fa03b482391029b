#include <signal.h>

#include <array>

#include "server/platform/client.hpp"

namespace server::platform {
namespace {

using namespace protocol;
using namespace protocol::requests;

// "pid:" number ";port:" number ";" [ "socket_name:" hex ";" ]
Reply describe(const DebugServer& server) {
  reply::Payload payload{"pid:" + std::to_string(server.pid.value) + ";port:" + std::to_string(server.port) + ";"};
  if (server.socket.empty()) return payload;
  payload.text += "socket_name:";
  append_hex(payload.text, server.socket);
  payload.text.push_back(';');
  return payload;
}

// JSON: [ {"port": number, "socket_name": name} ]
Reply describe_pending(Client& client) {
  const auto server = std::exchange(client.pending.server, std::nullopt);
  if (!server) return failed({ENOENT, "the platform was started without a program"});
  const auto name = server->socket.empty() ? "" : ",\"socket_name\":\"" + server->socket + "\"";
  return reply::Payload{"[{\"port\":" + std::to_string(server->port) + name + "}]"};
}

using Ready = std::function<void(const target::Result<DebugServer>&)>;

target::Result<void> start(Client& client, const Jobs::ServerWishes& wishes, Ready ready) {
  const auto number = ++client.servers_started;
  auto job = client.jobs.start_server(
      wishes,
      [&client, number, ready](const target::Result<DebugServer>& server) {
        if (server) client.servers[server->pid] = client.servers_starting[number];
        client.servers_starting.erase(number);
        ready(server);
      },
      [&client](target::Pid pid) { client.servers.erase(pid); });
  if (!job) return tl::unexpected(job.error());
  client.servers_starting[number] = std::move(*job);
  return {};
}

Reply launch(Client& client, const LaunchServer& request) {
  const auto started = start(client, {request.port, client.files.system.folder(), {}},
                             [&client](const target::Result<DebugServer>& server) {
                               client.answer(server ? describe(*server) : failed(server.error()));
                             });
  return started ? Reply(reply::Later{}) : failed(started.error());
}

Reply query(Client& client) {
  client.pending.asked_for = client.pending.starting;
  return client.pending.starting ? Reply(reply::Later{}) : describe_pending(client);
}

Reply kill_server(Client& client, const DecimalNumber& request) {
  if (!client.servers.contains(target::Pid{request.number}))
    return failed({ECHILD, "process " + std::to_string(request.number) + " is no debug server that you have started"});
  return kill(request.number, SIGTERM) == 0 ? Reply(reply::Ok{}) : failed({errno, "the debug server cannot be ended"});
}

constexpr std::array rows{
    Route{"qLaunchGDBServer;", parse_then<LaunchServer, launch>},
    bare<query>("qQueryGDBServer"),
    Route{"qKillSpawnedProcess:", parse_then<DecimalNumber, kill_server>},
};

}  // namespace

void start_pending(Client& client, const std::vector<std::string>& program) {
  if (program.empty()) return;
  const auto started = start(client, {0, {}, program}, [&client](const target::Result<DebugServer>& server) {
    client.pending.starting = false;
    if (server) client.pending.server = *server;
    if (std::exchange(client.pending.asked_for, false))
      client.answer(server ? describe_pending(client) : failed(server.error()));
  });
  client.pending.starting = started.has_value();
}

std::span<const Route> servers() { return rows; }

}  // namespace server::platform
