#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "server/command_line/forms.hpp"

namespace server {
namespace {

using Parsed = std::variant<Endpoint, std::string>;

Endpoint dialled_if(bool dials, std::variant<TcpEndpoint, UnixEndpoint> where) {
  if (dials) return DialEndpoint{std::move(where)};
  return std::visit([](auto& endpoint) { return Endpoint{std::move(endpoint)}; }, where);
}

Parsed tcp_of_lldb(const std::string& address, bool dials) {
  const auto parsed = parse_endpoint(address.find(':') == std::string::npos ? ":" + address : address);
  const auto* endpoint = std::get_if<Endpoint>(&parsed);
  if (endpoint == nullptr || !std::holds_alternative<TcpEndpoint>(*endpoint))
    return "\"" + address + "\" is no address: use HOST:PORT or :PORT";
  auto tcp = std::get<TcpEndpoint>(*endpoint);
  if (tcp.host == "*") tcp.host = "0.0.0.0";
  return dialled_if(dials, std::move(tcp));
}

Parsed descriptor_of_lldb(const std::string& text) {
  const auto number = parse_number(text);
  if (number && *number >= 0) return Endpoint{InheritedEndpoint{*number}};
  return "\"" + text + "\" is no descriptor: use the number of an open one";
}

enum class Carrier { Tcp, Unix, Abstract, Device, Descriptor };
struct Scheme {
  std::string_view name;
  Carrier carrier;
  bool dials;
};
constexpr std::array schemes{
    Scheme{"tcp", Carrier::Tcp, false},
    Scheme{"listen", Carrier::Tcp, false},
    Scheme{"connect", Carrier::Tcp, true},
    Scheme{"tcp-connect", Carrier::Tcp, true},
    Scheme{"unix", Carrier::Unix, false},
    Scheme{"accept", Carrier::Unix, false},
    Scheme{"unix-accept", Carrier::Unix, false},
    Scheme{"unix-connect", Carrier::Unix, true},
    Scheme{"unix-abstract", Carrier::Abstract, false},
    Scheme{"unix-abstract-accept", Carrier::Abstract, false},
    Scheme{"unix-abstract-connect", Carrier::Abstract, true},
    Scheme{"serial", Carrier::Device, false},
    Scheme{"fd", Carrier::Descriptor, false},
};

Parsed parse_url(const Scheme& scheme, std::string rest, bool dials) {
  if (rest.empty()) return std::string(scheme.name) + ":// needs an address after it";
  switch (scheme.carrier) {
    case Carrier::Tcp:
      if (rest.ends_with('/')) rest.pop_back();
      return tcp_of_lldb(rest, dials || scheme.dials);
    case Carrier::Device:
      return Endpoint{DeviceEndpoint{rest}};
    case Carrier::Descriptor:
      return descriptor_of_lldb(rest);
    default:
      return dialled_if(dials || scheme.dials, UnixEndpoint{rest, scheme.carrier == Carrier::Abstract});
  }
}

}  // namespace

std::optional<int> parse_number(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::variant<Endpoint, std::string> parse_endpoint(const std::string& text) {
  if (text == "-" || text == "stdio") return Endpoint{StdioEndpoint{}};
  constexpr std::string_view unix_prefix = "unix:";
  if (text.starts_with(unix_prefix)) {
    if (text.size() == unix_prefix.size()) return std::string("unix: needs a path after it");
    return Endpoint{UnixEndpoint{text.substr(unix_prefix.size())}};
  }
  if (text.starts_with('/')) return Endpoint{DeviceEndpoint{text}};
  // gdb's word for the only kind of socket there is here.
  for (const std::string_view prefix : {"tcp:", "tcp4:", "tcp6:"})
    if (text.starts_with(prefix)) return parse_endpoint(text.substr(prefix.size()));
  const auto colon = text.rfind(':');
  if (colon == std::string::npos)
    return "\"" + text + "\" is no connection: use HOST:PORT, :PORT, unix:PATH or -";
  const auto port = parse_number(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535)
    return "\"" + text.substr(colon + 1) + "\" is no port: use 0 (any free one) to 65535";
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return Endpoint{TcpEndpoint{host, static_cast<std::uint16_t>(*port)}};
}

std::variant<Endpoint, std::string> parse_lldb_endpoint(const std::string& text, bool dials) {
  const auto mark = text.find("://");
  if (mark != std::string::npos) {
    const auto name = text.substr(0, mark);
    const auto scheme = std::find_if(schemes.begin(), schemes.end(), [&](const auto& row) { return row.name == name; });
    if (scheme != schemes.end()) return parse_url(*scheme, text.substr(mark + 3), dials);
    return "there is no scheme \"" + name + "\": use tcp, unix, unix-abstract, connect, unix-connect or serial";
  }
  const bool host_and_port = text.rfind(':') != std::string::npos && parse_number(text.substr(text.rfind(':') + 1));
  if (host_and_port || parse_number(text)) return tcp_of_lldb(text, dials);
  return dialled_if(dials, UnixEndpoint{text});
}

}  // namespace server
