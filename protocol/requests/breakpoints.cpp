#include "protocol/requests/breakpoints.hpp"

namespace protocol::requests {

std::optional<Breakpoint> Breakpoint::parse(FieldReader in) {
  Breakpoint request;
  const auto type = in.hex<std::uint8_t>();
  in.expect(',');
  request.address.value = in.hex<std::uint64_t>();
  in.expect(',');
  request.kind = in.hex<std::uint64_t>();
  if (!in.complete() || type > static_cast<std::uint8_t>(BreakpointType::WatchAccess)) return std::nullopt;
  request.type = static_cast<BreakpointType>(type);
  return request;
}

}  // namespace protocol::requests
