#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace protocol {

/// A packet whose checksum was right. The payload is still escaped, and lives until the next feed().
struct Packet {
  std::string_view payload;
};
struct Ack {};
struct Nack {};
/// The byte 0x03 outside any packet: stop the program.
struct Interrupt {};
/// A packet whose checksum was wrong or malformed; the payload as in Packet.
struct Corrupt {
  std::string_view payload;
};
/// A packet longer than the decoder was told to accept; its bytes have been dropped.
struct Oversized {};
/// Bytes between packets that mean nothing in this protocol.
struct Noise {};

using Frame = std::variant<Packet, Ack, Nack, Interrupt, Corrupt, Oversized, Noise>;

/// Cuts a byte stream, fed in any pieces, into frames.
///
///     frame  = "+" | "-" | 0x03 | "$" payload "#" digit digit
///
/// Requests are never run-length encoded, so "*" in a payload is plain data.
class FrameDecoder {
 public:
  /// \param longest_payload  in bytes as they come, escapes included
  explicit FrameDecoder(std::size_t longest_payload) : longest_payload_(longest_payload) {}

  void feed(std::string_view bytes);
  /// The next frame, or nothing until more bytes are fed.
  std::optional<Frame> next();

 private:
  std::optional<Frame> next_packet();
  std::optional<Frame> skip_oversized();

  std::size_t longest_payload_;
  std::string buffer_;
  std::size_t read_ = 0;        // first byte not yet given out
  std::size_t searched_ = 0;    // no '#' of the current packet lies before this
  bool dropping_ = false;       // inside a packet that was too long
};

/// Sum of the bytes modulo 256.
std::uint8_t checksum(std::string_view bytes);

/// Whether runs of a byte are shortened where that saves bytes.
enum class Runs { Shortened, AsTheyAre };

/// Appends "$payload#cs".
void append_packet(std::string& out, std::string_view payload, Runs runs = Runs::Shortened);

/// Appends "%payload#cs".
void append_notification(std::string& out, std::string_view payload);

}  // namespace protocol
