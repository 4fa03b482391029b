#include <array>

#include "server/handlers/families.hpp"

namespace server::handlers {
namespace {

using namespace protocol;

Reply supported(Client& client, FieldReader fields) {
  if (!fields.at_end() && !fields.accept(';')) fields.expect(':');
  if (fields.failed()) return malformed();
  agree(client.features, fields.rest());
  client.have_agreed();
  return reply::Payload{supported_reply(all_routes().offers(), client.features)};
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
