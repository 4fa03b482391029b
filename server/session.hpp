#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/framing.hpp"
#include "server/client.hpp"
#include "target/types/stop_event.hpp"

namespace server {

/// Where a session's bytes go. Knows nothing of packets.
class Output {
 public:
  virtual ~Output() = default;
  virtual void send(std::string_view bytes) = 0;
  /// The peer does not speak this protocol: end the connection.
  virtual void hang_up() = 0;
};

/// One conversation with one debugger: bytes in, bytes out, between the wire and the handlers.
class Session {
 public:
  Session(target::Inferiors& inferiors, Console& console, target::LaunchSpec launch, Output& output);

  /// Bytes as they come, in any pieces.
  void receive(std::string_view bytes);
  /// A stop that the client is waiting for.
  void stopped(const target::StopEvent& event);

  /// Whom to expect, before the client has said anything that tells.
  void speak(protocol::Dialect dialect);

  /// True if the client reads output now: between a resume and its stop, or where notifications tell it.
  bool takes_output() const;
  void show_output(std::string_view text);

  /// The client waits for a program to attach to.
  bool awaits_program() const { return client_.awaited.has_value(); }
  /// Attaches to it and tells the client, if it is there.
  void look_for_program();

  /// Packets to be treated as unknown, by the names that gdbserver's --disable-packet has for them.
  void disable(const std::vector<std::string>& packets);

  Client& client() { return client_; }

 private:
  void handle(const protocol::Packet& packet);
  void handle(const protocol::Ack&) {}
  void handle(const protocol::Nack&);
  void handle(const protocol::Interrupt&);
  void handle(const protocol::Corrupt&);
  void handle(const protocol::Oversized&);
  void handle(const protocol::Noise&);
  void notify(const target::StopEvent& event);
  void reply(std::string_view payload);
  void notify_output(std::string_view text);
  void flush();

  Client client_;
  Output& output_;
  protocol::FrameDecoder decoder_;
  std::string out_;          // framed, not yet sent
  std::string last_packet_;  // framed, for a Nack
  std::set<std::string, std::less<>> disabled_;
  bool receiving_ = false;
  bool heard_packet_ = false;
};

}  // namespace server
