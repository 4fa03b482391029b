#pragma once

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "protocol/field_reader.hpp"
#include "protocol/reply.hpp"

namespace server {

/// One packet: what it begins with, who answers it, and what qSupported says of it. C is what handlers work on.
template <class C>
struct BasicRoute {
  enum class Fields { May, None };

  std::string_view name;
  protocol::Reply (*handle)(C&, protocol::FieldReader);
  std::string_view offer = {};     ///< a qSupported term, "" if the client finds out otherwise
  Fields fields = Fields::May;     ///< None: with anything behind its name it is another packet
};

/// All packets of one kind of client, sorted by name.
template <class C>
class BasicRoutes {
 public:
  using Row = BasicRoute<C>;

  explicit BasicRoutes(std::initializer_list<std::span<const Row>> families) {
    for (const auto family : families) routes_.insert(routes_.end(), family.begin(), family.end());
    std::sort(routes_.begin(), routes_.end(), [](const Row& a, const Row& b) { return a.name < b.name; });
  }

  struct Match {
    const Row* route = nullptr;
    std::string_view rest;  ///< what follows the name
  };
  /// The route with the longest name that the payload begins with; null if there is none.
  Match find(std::string_view payload) const;

  /// What the route has to say to it, or that there is none.
  protocol::Reply answer(C& client, std::string_view payload) const {
    const auto [route, rest] = find(payload);
    if (route == nullptr) return protocol::reply::Unsupported{};
    return route->handle(client, protocol::FieldReader(rest));
  }

  std::span<const Row> all() const { return routes_; }
  std::vector<std::string_view> offers() const {
    std::vector<std::string_view> offers;
    for (const auto& route : routes_)
      if (!route.offer.empty()) offers.push_back(route.offer);
    return offers;
  }

 private:
  std::vector<Row> routes_;
};

// Of the names that are a prefix of the payload the longest sorts last, and lies before every name that
// sorts after the payload; those between are skipped.
template <class C>
typename BasicRoutes<C>::Match BasicRoutes<C>::find(std::string_view payload) const {
  auto candidate = std::upper_bound(routes_.begin(), routes_.end(), payload,
                                    [](std::string_view text, const Row& route) { return text < route.name; });
  while (candidate != routes_.begin()) {
    --candidate;
    const bool whole = payload.size() == candidate->name.size();
    if (payload.starts_with(candidate->name) && (whole || candidate->fields == Row::Fields::May))
      return {&*candidate, payload.substr(candidate->name.size())};
    if (payload.empty() || candidate->name.front() != payload.front()) break;
  }
  return {};
}

// How a route is made of a request type and a handler.

/// handler(client, request)
template <class Request, auto handle, class C>
protocol::Reply parse_then(C& client, protocol::FieldReader fields) {
  const auto request = Request::parse(fields);
  return request ? handle(client, *request) : protocol::malformed();
}

template <class C>
std::type_identity<C> client_of(protocol::Reply (*handle)(C&));

/// handler(client), for a packet that is its name and nothing else.
template <auto handle, class C = typename decltype(client_of(handle))::type>
constexpr BasicRoute<C> bare(std::string_view name, std::string_view offer = {}) {
  return {name, [](C& client, protocol::FieldReader) { return handle(client); }, offer, BasicRoute<C>::Fields::None};
}

}  // namespace server
