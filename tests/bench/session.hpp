#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "results.hpp"
#include "rsp_client.hpp"
#include "server_process.hpp"

namespace bench {

// A client's talk with one server about one inferior, from the handshake on. Ends with the server's process.
class Session {
 public:
  static Session launch(const Server& server, const std::string& program);
  static Session attach(const Server& server, pid_t inferior, std::string_view more_features = {});

  std::string ask(std::string_view request);
  void ask_ok(std::string_view request);         // throws unless the answer is OK
  std::string resume(std::string_view request);  // until the stop reply, past the inferior's output
  std::string interrupt();                       // until the stop reply
  void send(std::string_view request) { client_.send(request); }
  // The server tells of all threads in each stop, and takes the thread at the end of a packet.
  void speak_as_lldb();
  // From now on stops are notifications; every thread is stopped, and has been told of.
  void enter_non_stop();
  std::string next_notification() { return client_.receive_notification(); }

  void insert_breakpoint(std::uint64_t address);
  void remove_breakpoint(std::uint64_t address);

  const std::string& thread() const { return thread_; }      // p12.34, the one that stopped first
  const std::string& everyone() const { return everyone_; }  // p12.-1
  bool announces(std::string_view feature) const {
    return features_.find(feature) != std::string::npos;
  }
  // The longest payload the server takes or gives.
  std::size_t packet_size() const { return packet_size_; }
  const ServerProcess& server() const { return server_; }

 private:
  Session(const Server& server, ServerProcess process, std::string_view more_features);
  void shake_hands(Form form, std::string_view more_features);
  std::string stop_reply();

  ServerProcess server_;
  RspClient client_;
  std::string features_;  // ";a;b+;", so that a feature can be searched with its separators
  std::size_t packet_size_ = 0;
  std::string thread_, everyone_;
};

// How many threads the server lists, by qXfer:threads if it has that (as gdb asks), else by qfThreadInfo.
std::size_t count_threads(Session& session);

// What to do to get past a breakpoint a thread stands on and on to the next hit: gdb's sequence with its breakpoints
// lifted while it steps.
std::string next_hit(Session& session, std::uint64_t breakpoint);

}  // namespace bench
