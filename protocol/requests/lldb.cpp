#include "protocol/requests/lldb.hpp"

namespace protocol::requests {

std::optional<AtAddress> AtAddress::parse(FieldReader in) {
  const AtAddress request{{in.hex<std::uint64_t>()}};
  return in.complete() ? std::optional(request) : std::nullopt;
}

std::optional<Allocate> Allocate::parse(FieldReader in) {
  Allocate request;
  request.bytes = in.hex<std::uint64_t>();
  in.expect(',');
  while (!in.failed() && !in.at_end()) {
    if (in.accept('r')) request.permissions.read = true;
    else if (in.accept('w')) request.permissions.write = true;
    else if (in.accept('x')) request.permissions.execute = true;
    else in.fail();
  }
  return in.complete() ? std::optional(request) : std::nullopt;
}

std::optional<ReadRanges> ReadRanges::parse(FieldReader in) {
  ReadRanges request;
  in.expect("ranges:");
  while (!in.failed() && !in.at_end()) {
    ReadRanges::Range range;
    range.address.value = in.hex<std::uint64_t>();
    in.expect(',');
    range.length = in.hex<std::uint64_t>();
    request.ranges.push_back(range);
    if (in.accept(';')) break;
    in.expect(',');
  }
  return in.complete() && !request.ranges.empty() ? std::optional(request) : std::nullopt;
}

}  // namespace protocol::requests
