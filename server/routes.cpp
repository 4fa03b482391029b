#include "server/routes.hpp"

#include <algorithm>

#include "protocol/thread_selector.hpp"
#include "server/handlers/families.hpp"

namespace server {

Routes::Routes(std::initializer_list<std::span<const Route>> families) {
  for (const auto family : families) routes_.insert(routes_.end(), family.begin(), family.end());
  std::sort(routes_.begin(), routes_.end(),
            [](const Route& a, const Route& b) { return a.name < b.name; });
}

// Of the names that are a prefix of the payload the longest sorts last, and lies before every name that
// sorts after the payload; those between are skipped.
Routes::Match Routes::find(std::string_view payload) const {
  auto candidate = std::upper_bound(
      routes_.begin(), routes_.end(), payload,
      [](std::string_view text, const Route& route) { return text < route.name; });
  while (candidate != routes_.begin()) {
    --candidate;
    const bool whole = payload.size() == candidate->name.size();
    if (payload.starts_with(candidate->name) && (whole || candidate->fields == Route::Fields::May))
      return {&*candidate, payload.substr(candidate->name.size())};
    if (payload.empty() || candidate->name.front() != payload.front()) break;
  }
  return {};
}

std::vector<std::string_view> Routes::offers() const {
  std::vector<std::string_view> offers;
  for (const auto& route : routes_)
    if (!route.offer.empty()) offers.push_back(route.offer);
  return offers;
}

target::Result<target::Thread*> take_thread(Client& client, protocol::FieldReader& fields) {
  if (!client.features.thread_suffix) return client.stopped_thread();
  const auto named = protocol::take_thread_suffix(fields);
  return named ? client.stopped_thread(*named) : client.stopped_thread();
}

const Routes& all_routes() {
  static const Routes routes{handlers::negotiation(), handlers::memory(),      handlers::registers(),
                             handlers::breakpoints(), handlers::resume(),      handlers::threads(), handlers::thread_events(),
                             handlers::processes(),   handlers::launch(),      handlers::transfer(),    handlers::host_files(),
                             handlers::syscalls(),    handlers::monitor(),
                             handlers::lldb_host(),   handlers::lldb_memory(), handlers::lldb_negotiation(),
                             handlers::lldb_registers(), handlers::lldb_threads(),
                             handlers::core(),        handlers::modules()};
  return routes;
}

}  // namespace server
