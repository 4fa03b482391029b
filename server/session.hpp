#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/client.hpp"
#include "server/wire.hpp"
#include "target/types/stop_event.hpp"

namespace server {

/// One conversation with one debugger: between the wire and the handlers.
class Session : public Wire {
 public:
  Session(target::Inferiors& inferiors, Console& console, target::LaunchSpec launch, Output& output);

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
  Peer& peer() override { return client_; }
  void received(std::string_view payload) override;
  void interrupted() override;
  void notify_stop(const target::StopEvent& event);
  void notify_untold_stop();
  void notify_output(std::string_view text);

  Client client_;
  std::set<std::string, std::less<>> disabled_;
};

}  // namespace server
