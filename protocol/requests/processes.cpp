#include "protocol/requests/processes.hpp"

#include <limits>

namespace protocol::requests {

std::optional<NamesProcess> NamesProcess::parse(FieldReader in) {
  const auto pid = in.hex<std::uint32_t>();
  if (!in.complete() || pid > static_cast<std::uint32_t>(std::numeric_limits<int>::max()))
    return std::nullopt;
  return NamesProcess{target::Pid{static_cast<int>(pid)}};
}

std::optional<Switch> Switch::parse(FieldReader in) {
  const auto value = in.hex<std::uint8_t>();
  if (!in.complete() || value > 1) return std::nullopt;
  return Switch{value == 1};
}

std::optional<HexText> HexText::parse(FieldReader in) {
  HexText request{in.hex_text()};
  if (!in.complete()) return std::nullopt;
  return request;
}

}  // namespace protocol::requests
