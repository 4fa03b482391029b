#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/reply.hpp"
#include "protocol/requests/platform.hpp"
#include "server/host_files.hpp"
#include "server/peer.hpp"
#include "server/route_table.hpp"
#include "target/spawn.hpp"
#include "target/types/ids.hpp"

/// lldb-server's platform mode: what lldb asks of a machine before, and beside, debugging on it.
namespace server::platform {

/// Something that goes on in the background, until it ends or this is dropped.
using Job = std::shared_ptr<void>;

struct ShellOutcome {
  target::ProgramEnd ending;
  bool timed_out = false;
  std::string output;
};

/// A debug server that waits for its client: on a port, or on a unix socket.
struct DebugServer {
  target::Pid pid;
  std::uint16_t port = 0;
  std::string socket;
};

/// What clients have done for them outside of this process. Nothing is called back before the call that asked for it has
/// returned.
class Jobs {
 public:
  virtual ~Jobs() = default;
  virtual target::Result<Job> run_shell(const protocol::requests::ShellCommand& command, const std::string& folder,
                                        std::function<void(ShellOutcome)> done) = 0;
  struct ServerWishes {
    std::uint16_t port = 0;            ///< 0: any that is allowed
    std::string folder;
    std::vector<std::string> program;  ///< empty: the client says later what is debugged
  };
  /// `ended` is called if it ends after it was ready.
  virtual target::Result<Job> start_server(const ServerWishes& wishes,
                                           std::function<void(target::Result<DebugServer>)> ready,
                                           std::function<void(target::Pid)> ended) = 0;
};

/// One lldb that has connected to the platform, and what it has chosen and started.
class Client : public Peer {
 public:
  explicit Client(Jobs& jobs_) : jobs(jobs_) { speak(features, protocol::Dialect::Lldb); }

  Jobs& jobs;
  HostFiles files;
  /// The processes that qfProcessInfo has found and qsProcessInfo has not told of yet.
  std::vector<target::Pid> processes_left;
  protocol::requests::ProcessFilter filter;

  Job job;  ///< what the client waits for
  std::map<unsigned, Job> servers_starting;  ///< by their place in what this client has started
  unsigned servers_started = 0;              ///< so far
  std::map<target::Pid, Job> servers;
  /// The server of the program that the platform was started with.
  struct Pending {
    bool starting = false, asked_for = false;
    std::optional<DebugServer> server;
  };
  Pending pending;

  /// Answers what a handler has left open.
  std::function<void(const protocol::Reply&)> answer;
};

using Route = BasicRoute<Client>;

/// Every packet of a platform client.
const BasicRoutes<Client>& all_routes();

std::span<const Route> negotiation();
std::span<const Route> processes();
std::span<const Route> files();
std::span<const Route> shell();
std::span<const Route> servers();

/// Starts the server of the program that the platform was started with.
void start_pending(Client& client, const std::vector<std::string>& program);

}  // namespace server::platform
