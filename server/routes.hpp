#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/field_reader.hpp"
#include "protocol/reply.hpp"
#include "server/client.hpp"

namespace server {

using Handler = protocol::Reply (*)(Client&, protocol::FieldReader);

/// One packet: what it begins with, who answers it, and what qSupported says of it.
struct Route {
  enum class Fields { May, None };

  std::string_view name;
  Handler handle;
  std::string_view offer = {};     ///< a qSupported term, "" if the client finds out otherwise
  Fields fields = Fields::May;     ///< None: with anything behind its name it is another packet
};

/// All packets that this server knows, sorted by name.
class Routes {
 public:
  explicit Routes(std::initializer_list<std::span<const Route>> families);

  struct Match {
    const Route* route = nullptr;
    std::string_view rest;  ///< what follows the name
  };
  /// The route with the longest name that the payload begins with; null if there is none.
  Match find(std::string_view payload) const;

  std::span<const Route> all() const { return routes_; }
  std::vector<std::string_view> offers() const;

 private:
  std::vector<Route> routes_;
};

/// Every family of handlers.
const Routes& all_routes();

// How a route is made of a request type and a handler.

/// handler(client, request)
template <class Request, protocol::Reply (*handle)(Client&, const Request&)>
protocol::Reply parse_then(Client& client, protocol::FieldReader fields) {
  const auto request = Request::parse(fields);
  return request ? handle(client, *request) : protocol::malformed();
}

/// For requests with signal numbers, which depend on the client.
template <class Request, protocol::Reply (*handle)(Client&, const Request&)>
protocol::Reply parse_signals_then(Client& client, protocol::FieldReader fields) {
  const auto request = Request::parse(fields, client.features.signals);
  return request ? handle(client, *request) : protocol::malformed();
}

/// handler(client), for a packet that is its name and nothing else.
template <protocol::Reply (*handle)(Client&)>
constexpr Route bare(std::string_view name, std::string_view offer = {}) {
  return {name, [](Client& client, protocol::FieldReader) { return handle(client); }, offer,
          Route::Fields::None};
}

/// The stopped thread that a request is meant for: the one in its suffix, which is taken off, or else the one that H
/// has chosen.
target::Result<target::Thread*> take_thread(Client& client, protocol::FieldReader& fields);

/// handler(client, thread, request)
template <class Request, protocol::Reply (*handle)(Client&, target::Thread&, const Request&)>
protocol::Reply on_thread(Client& client, protocol::FieldReader fields) {
  const auto thread = take_thread(client, fields);
  const auto request = Request::parse(fields);
  if (!request) return protocol::malformed();
  return thread ? handle(client, **thread, *request) : protocol::failed(thread.error());
}

/// handler(client, thread), for a packet that is its name and nothing else but the suffix.
template <protocol::Reply (*handle)(Client&, target::Thread&)>
protocol::Reply only_on_thread(Client& client, protocol::FieldReader fields) {
  const auto thread = take_thread(client, fields);
  if (fields.failed()) return protocol::malformed();
  if (!fields.at_end()) return protocol::reply::Unsupported{};
  return thread ? handle(client, **thread) : protocol::failed(thread.error());
}

/// handler(client, process, request): the process of the thread that H has chosen.
template <class Request, protocol::Reply (*handle)(Client&, target::Process&, const Request&)>
protocol::Reply on_process(Client& client, protocol::FieldReader fields) {
  const auto request = Request::parse(fields);
  if (!request) return protocol::malformed();
  const auto process = client.process();
  return process ? handle(client, **process, *request) : protocol::failed(process.error());
}

}  // namespace server
