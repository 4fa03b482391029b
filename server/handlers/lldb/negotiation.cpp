#include <algorithm>
#include <array>
#include <string>

#include "server/handlers/families.hpp"

// What only lldb asks for before and beside its work.
namespace server::handlers {
namespace {

using namespace protocol;

Reply thread_suffix(Client& client) {
  speak(client.features, Dialect::Lldb);
  client.features.thread_suffix = true;
  client.have_agreed();
  return reply::Ok{};
}

Reply threads_in_stops(Client& client) {
  client.features.threads_in_stops = true;
  return reply::Ok{};
}

Reply error_strings(Client& client) {
  client.features.error_strings = true;
  return reply::Ok{};
}

// qEcho:text: brings a client that has given up waiting for a reply back into step.
Reply echo(Client&, FieldReader fields) { return reply::Payload{"qEcho:" + std::string(fields.rest())}; }

/// qSpeedTest:response_size:decimal;data:anything
struct SpeedTest {
  std::size_t size = 0;
  static std::optional<SpeedTest> parse(FieldReader in) {
    const SpeedTest request{in.decimal<std::size_t>()};
    in.expect(";data:");
    return in.failed() ? std::nullopt : std::optional(request);
  }
};

Reply speed_test(Client&, const SpeedTest& request) {
  const std::string head = "data:";
  return reply::Payload{head + std::string(std::min(request.size, packet_size - head.size()), 'a')};
}

Reply version(Client&) { return reply::Payload{"name:remora;version:0.1.0;"}; }

Reply no_plugins(Client&) { return reply::Payload{"[]"}; }

Reply watchpoints(Client&) { return reply::Payload{"num:4;"}; }

constexpr std::array routes{
    bare<thread_suffix>("QThreadSuffixSupported", "QThreadSuffixSupported+"),
    bare<threads_in_stops>("QListThreadsInStopReply", "QListThreadsInStopReply+"),
    bare<error_strings>("QEnableErrorStrings"),
    Route{"qEcho:", echo, "qEcho+"},
    Route{"qSpeedTest:response_size:", parse_then<SpeedTest, speed_test>},
    bare<version>("qGDBServerVersion"),
    bare<no_plugins>("qStructuredDataPlugins"),
    bare<watchpoints>("qWatchpointSupportInfo:"),
};

}  // namespace

std::span<const Route> lldb_negotiation() { return routes; }

}  // namespace server::handlers
