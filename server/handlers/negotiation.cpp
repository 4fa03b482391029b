#include <array>

#include "server/handlers/families.hpp"

namespace server::handlers {
namespace {

using namespace protocol;

Reply supported(Client& client, FieldReader fields) {
  if (!fields.at_end()) fields.expect(':');
  if (fields.failed()) return malformed();
  agree(client.features, fields.rest());
  auto& wishes = client.inferiors.wishes();
  wishes.exec_events = client.features.exec_events;
  // Without process ids a client could not tell a child from its parent.
  wishes.fork_events = client.features.fork_events && client.features.multiprocess;
  wishes.vfork_events = client.features.vfork_events && client.features.multiprocess;
  // gdb that reads swbreak wants to find the pc on the int3 it stopped at, whoever put that there.
  client.inferiors.set_claims_foreign_traps(client.features.swbreak);
  return reply::Payload{supported_reply(all_routes().offers())};
}

Reply no_acknowledgements(Client& client) {
  client.acknowledges = false;
  return reply::Ok{};
}

Reply extended_remote(Client& client) {
  client.extended = true;
  return reply::Ok{};
}

// vMustReplyEmpty needs no row: gdb wants to see that unknown packets are answered by the empty one.
constexpr std::array routes{
    bare<extended_remote>("!"),
    bare<no_acknowledgements>("QStartNoAckMode", "QStartNoAckMode+"),
    Route{"qSupported", supported, "multiprocess+;swbreak+;hwbreak+;fork-events+;vfork-events+;exec-events+;no-resumed+;error-message+"},
};

}  // namespace

std::span<const Route> negotiation() { return routes; }

}  // namespace server::handlers
