#include <array>

#include "protocol/documents/signals_info.hpp"
#include "server/host_info.hpp"
#include "server/platform/client.hpp"

namespace server::platform {
namespace {

using namespace protocol;

Reply supported(Client& client, FieldReader) {
  return reply::Payload{supported_reply(all_routes().offers(), client.features)};
}

Reply no_acknowledgements(Client& client) {
  client.acknowledges = false;
  return reply::Ok{};
}

Reply error_strings(Client& client) {
  client.features.error_strings = true;
  return reply::Ok{};
}

Reply echo(Client&, FieldReader fields) { return reply::Payload{"qEcho:" + std::string(fields.rest())}; }

Reply host(Client&) { return reply::Payload{host_info_text()}; }
// Without escapes, as lldb-server's: lldb 19 reads this one as it comes.
Reply signals(Client&) { return reply::Payload{documents::signals_info()}; }

// There is no process here, and lldb asks after one.
Reply no_process(Client&) { return failed({EPERM, "a platform has no process: launch or attach to one"}); }
Reply no_thread(Client&) { return reply::Payload{"QC0"}; }

constexpr std::array rows{
    Route{"qSupported", supported, "native-signals+"},
    bare<no_acknowledgements>("QStartNoAckMode", "QStartNoAckMode+"),
    bare<error_strings>("QEnableErrorStrings"),
    Route{"qEcho:", echo, "qEcho+"},
    bare<host>("qHostInfo"),
    bare<signals>("jSignalsInfo"),
    bare<no_process>("qProcessInfo"),
    bare<no_thread>("qC"),
};

}  // namespace

std::span<const Route> negotiation() { return rows; }

const BasicRoutes<Client>& all_routes() {
  static const BasicRoutes<Client> routes{negotiation(), processes(), files(), shell(), servers()};
  return routes;
}

}  // namespace server::platform
