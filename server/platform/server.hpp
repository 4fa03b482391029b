#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <map>
#include <memory>

#include "server/connection.hpp"
#include "server/listener.hpp"
#include "server/platform/session.hpp"

namespace server::platform {

/// A platform server: its socket and all its clients, on one event loop. Debug servers that have a client outlive it.
class Server {
 public:
  explicit Server(PlatformOptions options);

  /// Serves until a signal ends it, or the only client has gone; the exit status.
  int run();

 private:
  target::Result<void> listen();
  target::Result<void> write_socket_file() const;
  Endpoint address_for(const Arrival& arrival) const;
  void arrived(const Arrival& arrival);
  void disconnected(unsigned number, const std::string& why);

  struct Conversation {
    std::shared_ptr<Connection> connection;
    std::unique_ptr<Session> session;
  };

  PlatformOptions options_;
  asio::io_context loop_;
  asio::signal_set signals_;
  Workshop workshop_;
  std::unique_ptr<Listener> listener_;
  std::map<unsigned, Conversation> conversations_;
  unsigned connections_ = 0;  // so far
};

}  // namespace server::platform
