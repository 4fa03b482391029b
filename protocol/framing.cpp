#include "protocol/framing.hpp"

#include <algorithm>
#include <cstring>

#include "protocol/hex.hpp"

namespace protocol {
namespace {

// A run is "c*n" with n = repeats + 29. The count must be printable (3 repeats make a space) and must not
// look like framing, which rules out 6 and 7 repeats ('#' and '$').
constexpr std::size_t fewest_repeats = 3;
constexpr std::size_t most_repeats = 126 - 29;

std::size_t run_length(std::string_view text) {
  const std::size_t most = std::min(text.size(), most_repeats + 1);
  std::size_t length = 1;
  while (length < most && text[length] == text[0]) ++length;
  return length;
}

bool starts_run(const char* text, std::size_t left) {
  return left > fewest_repeats && text[0] == text[1] && text[1] == text[2] && text[2] == text[3];
}

void append_run(std::string& out, char c, std::size_t length) {
  std::size_t repeats = length - 1;
  std::size_t rest = 0;
  while (repeats == 6 || repeats == 7) {
    --repeats;
    ++rest;
  }
  out.push_back(c);
  out.push_back('*');
  out.push_back(static_cast<char>(repeats + 29));
  out.append(rest, c);
}

void append_run_length_encoded(std::string& out, std::string_view payload) {
  const char* const text = payload.data();
  std::size_t copied = 0;
  std::size_t i = 0;
  while (i < payload.size()) {
    if (text[i] == '}') {
      // lldb undoes escapes and runs in one pass, gdb in two: a run that began at an escaped byte would
      // mean different things to them, so none ever does.
      i += 2;
      continue;
    }
    if (!starts_run(text + i, payload.size() - i)) {
      ++i;
      continue;
    }
    out.append(payload, copied, i - copied);
    const std::size_t length = run_length(payload.substr(i));
    append_run(out, text[i], length);
    i += length;
    copied = i;
  }
  if (copied < payload.size()) out.append(payload, copied);
}

void append_checksum(std::string& out, std::size_t start) {
  const auto sum = checksum(std::string_view(out).substr(start));
  out.push_back('#');
  append_hex_byte(out, sum);
}

}  // namespace

std::uint8_t checksum(std::string_view bytes) {
  std::uint8_t sum = 0;
  for (const char c : bytes) sum = static_cast<std::uint8_t>(sum + static_cast<unsigned char>(c));
  return sum;
}

void append_packet(std::string& out, std::string_view payload, Runs runs) {
  out.reserve(out.size() + payload.size() + 4);
  out.push_back('$');
  const auto start = out.size();
  if (runs == Runs::Shortened)
    append_run_length_encoded(out, payload);
  else
    out.append(payload);
  append_checksum(out, start);
}

void append_notification(std::string& out, std::string_view payload) {
  out.push_back('%');
  const auto start = out.size();
  out.append(payload);
  append_checksum(out, start);
}

void FrameDecoder::feed(std::string_view bytes) {
  if (read_ > 0) {
    buffer_.erase(0, read_);
    searched_ -= std::min(searched_, read_);
    read_ = 0;
  }
  buffer_.append(bytes);
}

std::optional<Frame> FrameDecoder::next() {
  if (dropping_) return skip_oversized();
  if (read_ == buffer_.size()) return std::nullopt;
  switch (buffer_[read_]) {
    case '$':
      return next_packet();
    case '+':
      ++read_;
      return Ack{};
    case '-':
      ++read_;
      return Nack{};
    case '\x03':
      ++read_;
      return Interrupt{};
    default:
      break;
  }
  read_ = std::min(buffer_.find_first_of("$+-\x03", read_), buffer_.size());
  return Noise{};
}

std::optional<Frame> FrameDecoder::next_packet() {
  const auto start = read_ + 1;
  const auto end = buffer_.find('#', std::max(start, searched_));
  if (end == std::string::npos || end + 2 >= buffer_.size()) {
    searched_ = end == std::string::npos ? buffer_.size() : end;
    if (searched_ - start <= longest_payload_) return std::nullopt;
    dropping_ = true;
    return skip_oversized();
  }
  const std::string_view payload = std::string_view(buffer_).substr(start, end - start);
  const int high = hex_value(buffer_[end + 1]);
  const int low = hex_value(buffer_[end + 2]);
  read_ = end + 3;
  searched_ = 0;
  if (payload.size() > longest_payload_) return Oversized{};
  if (high < 0 || low < 0 || checksum(payload) != (high << 4 | low)) return Corrupt{payload};
  return Packet{payload};
}

// Nothing is erased here: a packet given out before must live until the next feed().
std::optional<Frame> FrameDecoder::skip_oversized() {
  const auto end = buffer_.find('#', read_);
  searched_ = 0;
  if (end == std::string::npos || end + 2 >= buffer_.size()) {
    read_ = std::min(end, buffer_.size());
    return std::nullopt;
  }
  read_ = end + 3;
  dropping_ = false;
  return Oversized{};
}

}  // namespace protocol
