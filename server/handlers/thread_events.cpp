#include "protocol/requests/thread_events.hpp"

#include <array>

#include "server/handlers/families.hpp"

namespace server::handlers {
namespace {

using namespace protocol;

Reply thread_events(Client& client, const requests::ThreadEvents& request) {
  client.inferiors.wishes().thread_events = request.wanted;
  return reply::Ok{};
}

Reply thread_options(Client& client, const requests::ThreadOptions& request) {
  for (const auto& [pid, process] : client.inferiors.processes())
    for (const auto& [tid, thread] : process->threads())
      for (const auto& item : request.items)
        if (item.threads.matches(thread->id())) thread->options = item.options;
  return reply::Ok{};
}

constexpr std::array routes{
    Route{"QThreadEvents", parse_then<requests::ThreadEvents, thread_events>, "QThreadEvents+"},
    Route{"QThreadOptions", parse_then<requests::ThreadOptions, thread_options>, "QThreadOptions=3"},
};

}  // namespace

std::span<const Route> thread_events() { return routes; }

}  // namespace server::handlers
