#pragma once

#include <string>

#include "protocol/lldb_stop_reply.hpp"
#include "server/client.hpp"
#include "target/types/stop_event.hpp"

namespace server {

/// The stop reply for one client, in its dialect, with the registers that every client asks for first.
std::string describe_stop(Client& client, const target::StopEvent& event);

/// lldb's stop reply for one thread among those that stand still, without the lists.
std::string describe_thread(Client& client, target::Thread& thread);

enum class Expedited {
  None,
  Frame,    ///< what the innermost frame is found by
  General,  ///< whatever an unwinder and an expression start from
};
/// What lldb is told of a thread.
protocol::StoppedThread account_of(const Client& client, target::Thread& thread, Expedited registers);

}  // namespace server
