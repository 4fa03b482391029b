#include "server/sockets.hpp"

#include <fstream>
#include <sstream>

#include "server/host_names.hpp"

namespace server {
namespace {

using asio::ip::tcp;
using asio::local::stream_protocol;

tl::unexpected<target::Error> cannot_connect(const std::string& where, const asio::error_code& error) {
  return target::failure(error.value(), "Can't connect to " + where + ": " + target::describe_errno(error.value()) +
                                            "; the debugger has to wait there");
}

target::Result<Arrival> dial(asio::io_context& loop, const TcpEndpoint& endpoint) {
  const auto address = address_of(endpoint.host);
  if (!address) return tl::unexpected(address.error());
  const auto peer = "host " + address->to_string() + ", port " + std::to_string(endpoint.port);
  tcp::socket socket(loop);
  asio::error_code error;
  socket.connect({*address, endpoint.port}, error);
  if (error) return cannot_connect(peer, error);
  tune(socket);
  const int in = take_descriptor(socket);
  return Arrival{in, duplicate(in), peer};
}

target::Result<Arrival> dial(asio::io_context& loop, const UnixEndpoint& endpoint) {
  const auto address = socket_address(endpoint);
  if (!address) return tl::unexpected(address.error());
  const auto peer = "unix socket " + endpoint.path;
  stream_protocol::socket socket(loop);
  asio::error_code error;
  socket.connect(*address, error);
  if (error) return cannot_connect(peer, error);
  const int in = take_descriptor(socket);
  return Arrival{in, duplicate(in), peer};
}

}  // namespace

target::Result<asio::ip::address> address_of(const std::string& host) {
  if (host.empty() || host == "localhost") return asio::ip::address_v4::loopback();
  std::stringstream hosts;
  hosts << std::ifstream("/etc/hosts").rdbuf();
  asio::error_code error;
  const auto address = asio::ip::make_address(address_in_hosts(hosts.str(), host).value_or(host), error);
  if (!error) return address;
  return target::failure(EINVAL, host + ": cannot resolve name: only numeric addresses, localhost and the names in "
                                        "/etc/hosts are known; use one of those");
}

void tune(tcp::socket& socket) {
  asio::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

target::Result<stream_protocol::endpoint> socket_address(const UnixEndpoint& endpoint) try {
  stream_protocol::endpoint where;
  where.path(endpoint.abstract ? std::string(1, '\0') + endpoint.path : endpoint.path);
  return where;
} catch (const std::system_error& too_long) {
  return target::failure(too_long.code().value(), target::describe_errno(too_long.code().value()));
}

target::Result<Arrival> dial(asio::io_context& loop, const DialEndpoint& endpoint) {
  return std::visit([&](const auto& where) { return dial(loop, where); }, endpoint.where);
}

}  // namespace server
