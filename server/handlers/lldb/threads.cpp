#include <array>
#include <vector>

#include "protocol/documents/lldb_threads.hpp"
#include "protocol/requests/threads.hpp"
#include "server/handlers/families.hpp"
#include "server/stop_reporter.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

Reply all_threads(Client& client) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  std::vector<StoppedThread> accounts;
  accounts.reserve((*process)->threads().size());
  for (const auto& [tid, thread] : (*process)->threads())
    if (thread->stopped()) accounts.push_back(account_of(client, *thread, Expedited::Frame));
  // It is JSON, whose braces are the protocol's escapes.
  reply::Payload payload;
  append_escaped(payload.text, documents::lldb_threads(accounts));
  return payload;
}

Reply why_stopped(Client& client, const ThreadAlive& request) {
  const auto thread = client.stopped_thread(request.thread);
  if (!thread) return failed(thread.error());
  return reply::Payload{describe_thread(client, **thread)};
}

constexpr std::array routes{
    bare<all_threads>("jThreadsInfo"),
    Route{"qThreadStopInfo", parse_then<ThreadAlive, why_stopped>},
};

}  // namespace

std::span<const Route> lldb_threads() { return routes; }

}  // namespace server::handlers
