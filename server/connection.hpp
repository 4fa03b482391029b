#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "server/session.hpp"

namespace server {

/// The bytes of one client, whatever carries them: a socket, or a pair of pipes.
///
/// Replies are written at once; only what the peer does not take yet waits. Handlers hold it weakly: one that
/// has completed may still be queued in the loop when the connection is dropped.
class Connection : public Output, public std::enable_shared_from_this<Connection> {
 public:
  /// Both descriptors are owned from now on, and may be the same socket twice (dup).
  Connection(asio::io_context& loop, int in, int out);

  /// Calls `received` for every piece that comes, and `closed` once, when the peer has gone.
  void start(std::function<void(std::string_view)> received, std::function<void(const std::string&)> closed);

  /// Much is waiting for the peer to take it.
  bool congested() const { return waiting_.size() > much; }
  /// Calls this each time that nothing waits any more.
  void when_drained(std::function<void()> drained) { drained_ = std::move(drained); }

  /// Takes what has come already, without waiting. False if there is nothing.
  bool poll();

  void send(std::string_view bytes) override;
  void hang_up() override { end("no debugger: it does not speak the remote serial protocol"); }

  /// True if the peer has gone already, though nobody has been told yet.
  bool peer_has_gone();

 private:
  static constexpr std::size_t much = 1024 * 1024;

  void read();
  void read_ready();
  std::size_t write(std::string_view bytes);
  void write_when_there_is_room();
  void write_waiting();
  void end(const std::string& why);

  asio::posix::stream_descriptor in_;
  asio::posix::stream_descriptor out_;
  std::function<void(std::string_view)> received_;
  std::function<void(const std::string&)> closed_;
  std::function<void()> drained_;
  std::array<char, 64 * 1024> buffer_;
  std::string waiting_;
  bool writing_ = false;
  bool ended_ = false;
};

}  // namespace server
