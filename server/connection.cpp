#include "server/connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asio/post.hpp>
#include <cerrno>

namespace server {

Connection::Connection(asio::io_context& loop, int in, int out) : in_(loop, in), out_(loop, out) {
  asio::error_code ignored;
  in_.non_blocking(true, ignored);
  out_.non_blocking(true, ignored);
}

void Connection::start(std::function<void(std::string_view)> received,
                       std::function<void(const std::string&)> closed) {
  received_ = std::move(received);
  closed_ = std::move(closed);
  read();
}

// The loop only tells that something can be read, and never reads itself: bytes that it had taken already could
// be overtaken by those that poll() finds.
void Connection::read() {
  in_.async_wait(asio::posix::stream_descriptor::wait_read,
                 [weak = weak_from_this()](const asio::error_code& error) {
                   if (const auto self = weak.lock(); self && !error) self->read_ready();
                 });
}

void Connection::read_ready() {
  const auto size = ::read(in_.native_handle(), buffer_.data(), buffer_.size());
  if (size == 0) return end("connection closed");
  const bool nothing = size < 0 && (errno == EAGAIN || errno == EINTR);
  if (size < 0 && !nothing) return end(target::describe_errno(errno));
  if (!nothing) received_(std::string_view(buffer_.data(), static_cast<std::size_t>(size)));
  if (!ended_) read();
}

bool Connection::poll() {
  if (ended_) return false;
  const auto size = ::read(in_.native_handle(), buffer_.data(), buffer_.size());
  // The end of the connection is for read_ready(): it stays readable.
  if (size <= 0) return false;
  received_(std::string_view(buffer_.data(), static_cast<std::size_t>(size)));
  return true;
}

void Connection::send(std::string_view bytes) {
  if (ended_) return;
  if (waiting_.empty()) bytes.remove_prefix(write(bytes));
  if (bytes.empty()) return;
  waiting_ += bytes;
  write_when_there_is_room();
}

// What is not taken waits: an error here is seen by the reading side too, which ends the connection.
std::size_t Connection::write(std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const auto sent = ::write(out_.native_handle(), bytes.data() + written, bytes.size() - written);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) break;
    written += static_cast<std::size_t>(sent);
  }
  return written;
}

// The loop is told to wait and not to write: what waits may move in memory as more is added.
void Connection::write_when_there_is_room() {
  if (writing_) return;
  writing_ = true;
  out_.async_wait(asio::posix::stream_descriptor::wait_write,
                  [weak = weak_from_this()](const asio::error_code& error) {
                    if (const auto self = weak.lock(); self && !error) self->write_waiting();
                  });
}

void Connection::write_waiting() {
  writing_ = false;
  if (ended_) return;
  errno = 0;
  const auto written = write(waiting_);
  const int why = errno;
  waiting_.erase(0, written);
  if (waiting_.empty()) {
    if (drained_) drained_();
  } else if (written == 0 && why != EAGAIN) {
    end(target::describe_errno(why));
  } else {
    write_when_there_is_room();
  }
}

bool Connection::peer_has_gone() {
  pollfd state{in_.native_handle(), POLLIN | POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLRDHUP | POLLERR)) != 0;
}

// Told from the loop, because whoever hears of it destroys this object.
void Connection::end(const std::string& why) {
  if (ended_) return;
  ended_ = true;
  asio::post(in_.get_executor(), [closed = closed_, why] { closed(why); });
}

}  // namespace server
