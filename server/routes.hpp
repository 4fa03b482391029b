#pragma once

#include "server/client.hpp"
#include "server/route_table.hpp"

namespace server {

using Route = BasicRoute<Client>;
using Routes = BasicRoutes<Client>;
using Handler = protocol::Reply (*)(Client&, protocol::FieldReader);

/// Every family of handlers.
const Routes& all_routes();

// How a route is made of a request type and a handler.

/// For requests with signal numbers, which depend on the client.
template <class Request, protocol::Reply (*handle)(Client&, const Request&)>
protocol::Reply parse_signals_then(Client& client, protocol::FieldReader fields) {
  const auto request = Request::parse(fields, client.features.signals);
  return request ? handle(client, *request) : protocol::malformed();
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
