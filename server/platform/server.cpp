#include "server/platform/server.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "server/logging.hpp"

namespace server::platform {
namespace {

constexpr int no_connection = 255;

void say(const std::string& line) {
  std::fputs((line + "\n").c_str(), stderr);
  log::info(line);
}

}  // namespace

Server::Server(PlatformOptions options)
    : options_(std::move(options)), signals_(loop_, SIGTERM, SIGINT, SIGHUP), workshop_(loop_, options_) {}

int Server::run() {
  signal(SIGPIPE, SIG_IGN);
  keep_all_from_programs();
  signals_.async_wait([this](const asio::error_code& error, int) {
    if (!error) loop_.stop();
  });
  auto listening = listen();
  if (listening && !options_.socket_file.empty()) listening = write_socket_file();
  if (!listening) {
    say("error: " + listening.error().message);
    return no_connection;
  }
  loop_.run();
  return 0;
}

target::Result<void> Server::listen() {
  listener_ = std::make_unique<Listener>(loop_, [this](const Arrival& arrival) { arrived(arrival); });
  const auto* tcp = std::get_if<TcpEndpoint>(&options_.endpoint);
  const auto listening =
      tcp != nullptr ? listener_->listen(*tcp) : listener_->listen(std::get<UnixEndpoint>(options_.endpoint));
  if (!listening) return tl::unexpected(listening.error());
  say(*listening);
  return {};
}

// Whoever waits for the file finds all of it in there.
target::Result<void> Server::write_socket_file() const {
  const auto& path = options_.socket_file;
  const auto unfinished = path + "." + std::to_string(getpid());
  std::ofstream(unfinished) << listener_->name();
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) return target::system_failure("Can't write " + path);
  return {};
}

// Debug servers are reached where we are, and nowhere else.
Endpoint Server::address_for(const Arrival& arrival) const {
  if (!std::holds_alternative<TcpEndpoint>(options_.endpoint)) return options_.endpoint;
  asio::ip::tcp::endpoint here;
  auto size = static_cast<socklen_t>(here.capacity());
  if (getsockname(arrival.in, here.data(), &size) == 0) here.resize(size);
  return TcpEndpoint{here.address().to_string(), 0};
}

void Server::arrived(const Arrival& arrival) {
  const auto number = ++connections_;
  log::info("client " + std::to_string(number) + " from " + arrival.peer);
  if (!options_.stays && number > 1) {
    log::warning("refused a second client from " + arrival.peer + ": start the platform with --server to serve many");
    ::close(arrival.in);
    ::close(arrival.out);
    return;
  }
  auto address = address_for(arrival);
  auto connection = std::make_shared<Connection>(loop_, arrival.in, arrival.out);
  auto session = std::make_unique<Session>(workshop_, std::move(address), *connection);
  auto& conversation = conversations_[number] = {std::move(connection), std::move(session)};
  conversation.connection->start([&conversation](std::string_view bytes) { conversation.session->receive(bytes); },
                                 [this, number](const std::string& why) { disconnected(number, why); });
}

void Server::disconnected(unsigned number, const std::string& why) {
  log::info("client " + std::to_string(number) + " lost: " + why);
  conversations_.erase(number);
  if (!options_.stays && conversations_.empty()) loop_.stop();
}

}  // namespace server::platform
