#include "server/routes.hpp"

#include <algorithm>

#include "protocol/thread_selector.hpp"
#include "server/handlers/families.hpp"

namespace server {

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
