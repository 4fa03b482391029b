#include "server/listener.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "server/descriptors.hpp"
#include "server/host_names.hpp"

namespace server {
namespace {

using asio::ip::tcp;
using asio::local::stream_protocol;

tl::unexpected<target::Error> cannot_bind(const std::string& where, const asio::error_code& error,
                                          const std::string& remedy) {
  // The first words are gdbserver's: programs that choose a port wait for them.
  return target::failure(error.value(), "Can't bind address: " +
                                            target::describe_errno(error.value()) + ". (" + where + "; " +
                                            remedy + ")");
}

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

template <class Socket>
int take_descriptor(Socket& socket) {
  asio::error_code ignored;
  const int descriptor = socket.release(ignored);
  keep_from_programs(descriptor);
  return descriptor;
}

void tune(tcp::socket& socket) {
  asio::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

}  // namespace

Listener::Listener(asio::io_context& loop, std::function<void(Arrival)> arrived)
    : loop_(loop), arrived_(std::move(arrived)) {}

Listener::~Listener() {
  if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
}

target::Result<std::string> Listener::listen(const TcpEndpoint& endpoint) {
  const auto address = address_of(endpoint.host);
  if (!address) return tl::unexpected(address.error());
  const tcp::endpoint where(*address, endpoint.port);
  const auto name = "port " + std::to_string(endpoint.port);
  const std::string remedy = "another server may be using it: choose another port, or 0 for any free one";
  asio::error_code error;
  tcp_.emplace(loop_);
  tcp_->open(where.protocol(), error);
  if (error) return cannot_bind(name, error, remedy);
  keep_from_programs(tcp_->native_handle());
  tcp_->set_option(tcp::acceptor::reuse_address(true), error);
  tcp_->bind(where, error);
  if (!error) tcp_->listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_bind(name, error, remedy);
  accept_tcp();
  return "Listening on port " + std::to_string(tcp_->local_endpoint().port());
}

target::Result<std::string> Listener::listen(const UnixEndpoint& endpoint) {
  asio::error_code error;
  unix_.emplace(loop_);
  unix_->open(stream_protocol(), error);
  if (!error) keep_from_programs(unix_->native_handle());
  const auto old_mask = umask(0177);  // the socket is for this user alone
  if (!error) {
    stream_protocol::endpoint where;
    try {
      where.path(endpoint.path);
    } catch (const std::system_error& too_long) {
      error = asio::error_code(too_long.code().value(), asio::error::get_system_category());
    }
    if (!error) unix_->bind(where, error);
  }
  umask(old_mask);
  if (!error) unix_->listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_bind(endpoint.path, error, "remove the file if no server uses it, or choose another path");
  unix_path_ = endpoint.path;
  accept_unix();
  return "Listening on unix socket " + endpoint.path;
}

void Listener::accept_tcp() {
  tcp_->async_accept([this](const asio::error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      tune(socket);
      asio::error_code gone;
      const auto peer = socket.remote_endpoint(gone);
      const int in = take_descriptor(socket);
      if (!gone)
        arrived_({in, duplicate(in), "host " + peer.address().to_string() + ", port " + std::to_string(peer.port())});
      else
        ::close(in);
    }
    accept_tcp();
  });
}

void Listener::accept_unix() {
  unix_->async_accept([this](const asio::error_code& error, stream_protocol::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      const int in = take_descriptor(socket);
      arrived_({in, duplicate(in), "unix socket " + unix_path_});
    }
    accept_unix();
  });
}

}  // namespace server
