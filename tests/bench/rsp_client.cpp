#include "rsp_client.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <system_error>

#include "sockets.hpp"

namespace bench {

namespace {

constexpr int answer_timeout_s = 20;
constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr auto is_special = [] {
  std::array<bool, 256> special{};
  for (const char byte : {'#', '$', '}', '*'}) special[static_cast<unsigned char>(byte)] = true;
  return special;
}();

constexpr auto hex_values = [] {
  std::array<unsigned char, 256> values{};
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<unsigned char>(i);
  for (unsigned i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = static_cast<unsigned char>(10 + i);
  return values;
}();

}  // namespace

RspClient RspClient::connect(std::uint16_t port) {
  auto socket = connect_to_loopback(port);
  const timeval patience{answer_timeout_s, 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return RspClient(std::move(socket));
}

void RspClient::send(std::string_view payload) {
  const auto add = [](unsigned sum, char c) { return sum + static_cast<unsigned char>(c); };
  const auto sum = std::accumulate(payload.begin(), payload.end(), 0u, add);
  output_.assign(1, '$').append(payload).append(1, '#');
  output_ += hex_digits[sum >> 4 & 15];
  output_ += hex_digits[sum & 15];
  write(output_);
}

void RspClient::send_interrupt() { write("\x03"); }

std::string RspClient::receive() {
  const auto start = wait_for('$', taken_);
  for (auto early = input_.find('%', taken_); early < start; early = input_.find('%', taken_))
    notifications_.push_back(take_frame(early));
  auto payload = take_frame(wait_for('$', taken_));
  if (acknowledging_) write("+");
  return payload;
}

std::string RspClient::receive_notification() {
  if (notifications_.empty()) return take_frame(wait_for('%', taken_));
  auto first = std::move(notifications_.front());
  notifications_.pop_front();
  return first;
}

// From `start`, where its $ or % is.
std::string RspClient::take_frame(std::size_t start) {
  const auto end = wait_for('#', ++start);
  while (input_.size() < end + 3) read_more();
  auto payload = expand_run_lengths(std::string_view(input_).substr(start, end - start));
  taken_ = end + 3;
  if (taken_ == input_.size()) {
    input_.clear();
    taken_ = 0;
  }
  return payload;
}

void RspClient::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    throw_if_interrupted();
    if (sent < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "send to the server");
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RspClient::read_more() {
  static char bytes[256 << 10];
  const auto count = recv(socket_.get(), bytes, sizeof bytes, 0);
  throw_if_interrupted();
  if (count > 0) {
    input_.append(bytes, static_cast<std::size_t>(count));
  } else if (count == 0) {
    throw std::runtime_error("the server closed the connection");
  } else if (errno == EAGAIN) {
    throw std::runtime_error(fmt::format("no answer within {} s", answer_timeout_s));
  } else if (errno != EINTR) {
    throw std::system_error(errno, std::generic_category(), "receive from the server");
  }
}

std::size_t RspClient::wait_for(char byte, std::size_t from) {
  for (;;) {
    const auto found = input_.find(byte, from);
    if (found != std::string::npos) return found;
    from = input_.size();
    read_more();
  }
}

std::string expand_run_lengths(std::string_view text) {
  std::string plain;
  for (;;) {
    const auto star = text.find('*');
    if (star == std::string_view::npos || star == 0 || star + 1 >= text.size()) return plain.append(text);
    plain.append(text.substr(0, star));
    plain.append(static_cast<std::size_t>(text[star + 1] - 29), text[star - 1]);
    text.remove_prefix(star + 2);
    // A run may follow a run; what it repeats is then already in `plain`.
    while (text.size() >= 2 && text[0] == '*') {
      plain.append(static_cast<std::size_t>(text[1] - 29), plain.back());
      text.remove_prefix(2);
    }
  }
}

std::string escape(std::string_view bytes, std::size_t room, std::size_t& taken) {
  std::string binary(room, '\0');
  char* to = binary.data();
  const char* const last = to + room - 2;
  auto from = bytes.begin();
  for (; from != bytes.end() && to <= last; ++from) {
    const char byte = *from;
    const bool special = is_special[static_cast<unsigned char>(byte)];
    if (special) *to++ = '}';
    *to++ = static_cast<char>(special ? byte ^ 0x20 : byte);
  }
  taken = static_cast<std::size_t>(from - bytes.begin());
  binary.resize(static_cast<std::size_t>(to - binary.data()));
  return binary;
}

std::string unescape(std::string_view binary) {
  std::string plain;
  plain.reserve(binary.size());
  for (;;) {
    const auto brace = binary.find('}');
    plain.append(binary.substr(0, brace));
    if (brace == std::string_view::npos || brace + 1 >= binary.size()) return plain;
    plain += static_cast<char>(binary[brace + 1] ^ 0x20);
    binary.remove_prefix(brace + 2);
  }
}

std::string to_hex(std::string_view bytes) {
  std::string text(bytes.size() * 2, '\0');
  char* to = text.data();
  for (const char byte : bytes) {
    *to++ = "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    *to++ = "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string from_hex(std::string_view text) {
  std::string bytes(text.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(hex_values[static_cast<unsigned char>(text[2 * i])] << 4 |
                                 hex_values[static_cast<unsigned char>(text[2 * i + 1])]);
  return bytes;
}

}  // namespace bench
