#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/options.hpp"
#include "server/sockets.hpp"
#include "target/types/result.hpp"

namespace server {

/// Waits for clients on a TCP port or a unix socket.
class Listener {
 public:
  Listener(asio::io_context& loop, std::function<void(Arrival)> arrived);
  ~Listener();

  /// Returns what to tell people: "Listening on port N".
  target::Result<std::string> listen(const TcpEndpoint& endpoint);
  target::Result<std::string> listen(const UnixEndpoint& endpoint);

  /// Where it listens: the port in decimal, or the socket's path.
  const std::string& name() const { return name_; }

 private:
  void accept_tcp();
  void accept_unix();

  asio::io_context& loop_;
  std::function<void(Arrival)> arrived_;
  std::optional<asio::ip::tcp::acceptor> tcp_;
  std::optional<asio::local::stream_protocol::acceptor> unix_;
  std::string name_;
  bool removes_path_ = false;  // at the end
};

}  // namespace server
