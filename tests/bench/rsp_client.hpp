#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "processes.hpp"

namespace bench {

// The wire as a client sees it. Blocking, TCP_NODELAY, one packet a write.
class RspClient {
 public:
  static RspClient connect(std::uint16_t port);

  void send(std::string_view payload);  // a binary payload is escaped by the caller
  void send_interrupt();
  // The next packet, run lengths expanded, binary data still escaped. As in gdb, its checksum is not looked at once
  // acknowledgements are off.
  std::string receive();
  // The next notification, those that came before a reply included.
  std::string receive_notification();
  void stop_acknowledging() { acknowledging_ = false; }

 private:
  explicit RspClient(FileDescriptor socket) : socket_(std::move(socket)) {}
  void write(std::string_view bytes);
  void read_more();
  // The index of a byte at or behind `from`, read from the socket if need be.
  std::size_t wait_for(char byte, std::size_t from);
  std::string take_frame(std::size_t start);

  FileDescriptor socket_;
  bool acknowledging_ = true;
  std::string input_;
  std::size_t taken_ = 0;  // of input_
  std::string output_;
  std::deque<std::string> notifications_;
};

std::string expand_run_lengths(std::string_view text);
// As many of the bytes as fit into `room` when escaped; `taken` is their number.
std::string escape(std::string_view bytes, std::size_t room, std::size_t& taken);
std::string unescape(std::string_view binary);
std::string to_hex(std::string_view bytes);
std::string from_hex(std::string_view text);

}  // namespace bench
