#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <string>

#include "server/descriptors.hpp"
#include "server/options.hpp"
#include "target/types/result.hpp"

namespace server {

/// A client that is there: its descriptors, ready for a Connection.
struct Arrival {
  int in = -1;
  int out = -1;
  std::string peer;  ///< for people: "host 127.0.0.1, port 4711"
};

/// A numeric address, localhost, or a name in /etc/hosts.
target::Result<asio::ip::address> address_of(const std::string& host);

/// What a conversation of small packets needs, and notice of a peer that has vanished.
void tune(asio::ip::tcp::socket& socket);

/// Connects to a client that waits for us. Blocks until it is known whether that works.
target::Result<Arrival> dial(asio::io_context& loop, const DialEndpoint& endpoint);

/// A unix socket's address; a path may be too long for one.
target::Result<asio::local::stream_protocol::endpoint> socket_address(const UnixEndpoint& endpoint);

template <class Socket>
int take_descriptor(Socket& socket) {
  asio::error_code ignored;
  const int descriptor = socket.release(ignored);
  keep_from_programs(descriptor);
  return descriptor;
}

}  // namespace server
