#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "server/options.hpp"
#include "server/platform/client.hpp"

namespace server::platform {

/// Hears of the ends of programs that were started.
class Children {
 public:
  explicit Children(asio::io_context& loop);

  void watch(target::Pid pid, std::function<void(target::ProgramEnd)> ended) { watched_[pid] = std::move(ended); }
  /// Nobody cares any more; it is reaped all the same.
  void forget(target::Pid pid) { watched_[pid] = [](target::ProgramEnd) {}; }

 private:
  void wait();
  void collect();

  asio::signal_set signals_;
  std::map<target::Pid, std::function<void(target::ProgramEnd)>> watched_;
};

/// The ports that debug servers may have; each is given to one at a time.
class Ports {
 public:
  explicit Ports(const PortRange& allowed) : allowed_(allowed) {}
  /// 0, which is any, if nothing is prescribed; EADDRINUSE if all are taken.
  target::Result<std::uint16_t> take();
  void give_back(std::uint16_t port) { taken_.erase(port); }

 private:
  PortRange allowed_;
  std::set<std::uint16_t> taken_;
};

/// What all clients of one platform server have in common.
struct Workshop {
  Workshop(asio::io_context& loop_, const PlatformOptions& options_)
      : loop(loop_), options(options_), children(loop_), ports(options_.server_ports) {}

  asio::io_context& loop;
  const PlatformOptions& options;
  Children children;
  Ports ports;
  unsigned servers = 0;  ///< started so far
};

/// One client's access to it. `address` is where the client has reached us, and reaches the debug servers: a numeric
/// address, or the path of our unix socket.
class ClientJobs final : public Jobs {
 public:
  ClientJobs(Workshop& workshop, Endpoint address) : workshop_(workshop), address_(std::move(address)) {}

  target::Result<Job> run_shell(const protocol::requests::ShellCommand& command, const std::string& folder,
                                std::function<void(ShellOutcome)> done) override;
  target::Result<Job> start_server(const ServerWishes& wishes, std::function<void(target::Result<DebugServer>)> ready,
                                   std::function<void(target::Pid)> ended) override;

 private:
  Workshop& workshop_;
  Endpoint address_;
};

}  // namespace server::platform
