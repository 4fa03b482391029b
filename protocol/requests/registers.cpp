#include "protocol/requests/registers.hpp"

namespace protocol::requests {

std::optional<WriteAllRegisters> WriteAllRegisters::parse(FieldReader in) {
  WriteAllRegisters request{in.hex_text()};
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<ReadRegister> ReadRegister::parse(FieldReader in) {
  const ReadRegister request{in.hex<std::uint32_t>()};
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<WriteRegister> WriteRegister::parse(FieldReader in) {
  WriteRegister request;
  request.number = in.hex<std::uint32_t>();
  in.expect('=');
  request.bytes = in.hex_text();
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<RestoreRegisters> RestoreRegisters::parse(FieldReader in) {
  const RestoreRegisters request{in.decimal<unsigned>()};
  if (!in.complete()) return std::nullopt;
  return request;
}

}  // namespace protocol::requests
