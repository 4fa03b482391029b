#include "server/listener.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "server/sockets.hpp"

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

}  // namespace

Listener::Listener(asio::io_context& loop, std::function<void(Arrival)> arrived)
    : loop_(loop), arrived_(std::move(arrived)) {}

Listener::~Listener() {
  if (removes_path_) ::unlink(name_.c_str());
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
  name_ = std::to_string(tcp_->local_endpoint().port());
  accept_tcp();
  return "Listening on port " + name_;
}

target::Result<std::string> Listener::listen(const UnixEndpoint& endpoint) {
  asio::error_code error;
  unix_.emplace(loop_);
  unix_->open(stream_protocol(), error);
  if (!error) keep_from_programs(unix_->native_handle());
  const auto where = socket_address(endpoint);
  if (!where) error = asio::error_code(where.error().code, asio::error::get_system_category());
  const auto old_mask = umask(0177);  // the socket is for this user alone
  if (!error) unix_->bind(*where, error);
  umask(old_mask);
  if (!error) unix_->listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_bind(endpoint.path, error, "remove the file if no server uses it, or choose another path");
  name_ = endpoint.path;
  removes_path_ = !endpoint.abstract;
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
      arrived_({in, duplicate(in), "unix socket " + name_});
    }
    accept_unix();
  });
}

}  // namespace server
