#pragma once

#include <string>
#include <string_view>

#include "protocol/framing.hpp"
#include "protocol/reply.hpp"
#include "server/peer.hpp"

namespace server {

/// Where a conversation's bytes go. Knows nothing of packets.
class Output {
 public:
  virtual ~Output() = default;
  virtual void send(std::string_view bytes) = 0;
  /// The peer does not speak this protocol: end the connection.
  virtual void hang_up() = 0;
};

/// One conversation in packets: framing, acknowledgements and the log. What the packets mean is for who derives from it.
class Wire {
 public:
  explicit Wire(Output& output);
  virtual ~Wire() = default;

  /// Bytes as they come, in any pieces.
  void receive(std::string_view bytes);

 protected:
  virtual Peer& peer() = 0;
  virtual void received(std::string_view payload) = 0;
  /// The lone byte 0x03.
  virtual void interrupted() = 0;

  /// Says this in answer to a packet; goes out with the rest of what is said to the bytes that came last.
  void reply(std::string_view payload);
  void reply(const protocol::Reply& answer) { reply(to_payload(answer, peer().features)); }
  void notify(std::string_view payload);
  /// To be called after having said something that no bytes have asked for.
  void flush();

 private:
  void handle(const protocol::Packet& packet);
  void handle(const protocol::Ack&) {}
  void handle(const protocol::Nack&);
  void handle(const protocol::Interrupt&);
  void handle(const protocol::Corrupt&);
  void handle(const protocol::Oversized&);
  void handle(const protocol::Noise&);

  Output& output_;
  protocol::FrameDecoder decoder_;
  std::string out_;          // framed, not yet sent
  std::string last_packet_;  // framed, for a Nack
  bool receiving_ = false;
  bool heard_packet_ = false;
};

}  // namespace server
