#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <array>

#include "server/platform/jobs.hpp"
#include "server/platform/debug_server_words.hpp"

namespace server::platform {
namespace {

constexpr std::chrono::seconds patience{10};

/// A debug server from its start to its end. It knows by a pipe whether this still exists, and ends with it while it has
/// no client.
class ServerStart : public std::enable_shared_from_this<ServerStart> {
 public:
  using Ready = std::function<void(target::Result<DebugServer>)>;
  ServerStart(Workshop& workshop, Ready ready, std::function<void(target::Pid)> ended)
      : workshop_(workshop), ready_(std::move(ready)), ended_(std::move(ended)), port_(workshop.loop), timer_(workshop.loop) {}
  ~ServerStart();

  target::Result<void> start(const Endpoint& address, const Jobs::ServerWishes& wishes);

 private:
  void read();
  void heard();
  void ended(target::ProgramEnd ending);
  void be_ready(target::Result<DebugServer> server);
  void give_back_port();

  Workshop& workshop_;
  Ready ready_;
  std::function<void(target::Pid)> ended_;
  asio::posix::stream_descriptor port_;
  asio::steady_timer timer_;
  target::FileDescriptor lifeline_;
  target::Pid pid_;
  std::uint16_t given_port_ = 0;  // of those that are allowed
  std::string text_;
};

ServerStart::~ServerStart() {
  give_back_port();
  workshop_.children.forget(pid_);
}

void ServerStart::give_back_port() { workshop_.ports.give_back(std::exchange(given_port_, std::uint16_t{0})); }

target::Result<void> ServerStart::start(const Endpoint& address, const Jobs::ServerWishes& wishes) {
  auto port = target::make_pipe();
  if (!port) return tl::unexpected(port.error());
  auto lifeline = target::make_pipe();
  if (!lifeline) return tl::unexpected(lifeline.error());
  auto number = wishes.port;
  if (number == 0 && std::holds_alternative<TcpEndpoint>(address)) {
    const auto taken = workshop_.ports.take();
    if (!taken) return tl::unexpected(taken.error());
    number = given_port_ = *taken;
  }
  const DebugServerWords words{address, number, ++workshop_.servers, port->write.get(), lifeline->read.get()};
  const auto pid = target::spawn({"/proc/self/exe", words.arguments(workshop_.options, wishes.program), wishes.folder, -1,
                                  {port->write.get(), lifeline->read.get()}});
  if (!pid) return tl::unexpected(pid.error());
  pid_ = *pid;
  lifeline_ = std::move(lifeline->write);
  port_.assign(port->read.release());
  port_.non_blocking(true);
  const auto self = weak_from_this();
  workshop_.children.watch(pid_, [self](target::ProgramEnd ending) {
    if (const auto server = self.lock()) server->ended(ending);
  });
  timer_.expires_after(patience);
  timer_.async_wait([self](const asio::error_code& error) {
    const auto server = self.lock();
    if (server && !error) server->be_ready(target::failure(ETIMEDOUT, "the debug server does not say its port"));
  });
  read();
  return {};
}

void ServerStart::read() {
  port_.async_wait(asio::posix::stream_descriptor::wait_read, [self = weak_from_this()](const asio::error_code& error) {
    if (const auto server = self.lock(); server && !error) server->heard();
  });
}

// The port in decimal, or a socket's path, and a NUL.
void ServerStart::heard() {
  std::array<char, 256> buffer;
  const auto size = ::read(port_.native_handle(), buffer.data(), buffer.size());
  if (size == 0) return;  // it has ended, or is about to
  if (size > 0) text_.append(buffer.data(), static_cast<std::size_t>(size));
  if (!text_.ends_with('\0')) return read();
  text_.pop_back();
  DebugServer server{pid_};
  const bool path = text_.find_first_not_of("0123456789") != std::string::npos;
  if (path)
    server.socket = text_;
  else
    server.port = static_cast<std::uint16_t>(std::stoul(text_));
  be_ready(server);
}

void ServerStart::be_ready(target::Result<DebugServer> server) {
  const auto self = shared_from_this();
  timer_.cancel();
  if (const auto ready = std::exchange(ready_, nullptr)) ready(std::move(server));
}

void ServerStart::ended(target::ProgramEnd ending) {
  const auto self = shared_from_this();
  give_back_port();
  if (!ready_) return ended_(pid_);
  be_ready(target::failure(ECHILD, "the debug server ended with status " + std::to_string(ending.code) +
                                       " before it could be reached"));
}

}  // namespace

target::Result<Job> ClientJobs::start_server(const ServerWishes& wishes,
                                             std::function<void(target::Result<DebugServer>)> ready,
                                             std::function<void(target::Pid)> ended) {
  const auto server = std::make_shared<ServerStart>(workshop_, std::move(ready), std::move(ended));
  const auto started = server->start(address_, wishes);
  if (!started) return tl::unexpected(started.error());
  return server;
}

}  // namespace server::platform
