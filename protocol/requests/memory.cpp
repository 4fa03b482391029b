#include "protocol/requests/memory.hpp"

namespace protocol::requests {
namespace {

ReadMemory read_range(FieldReader& in) {
  ReadMemory range;
  range.address.value = in.hex<std::uint64_t>();
  in.expect(',');
  range.length = in.hex<std::uint64_t>();
  return range;
}

template <class Write>
std::optional<Write> checked(const ReadMemory& range, std::string bytes, const FieldReader& in) {
  if (!in.complete() || bytes.size() != range.length) return std::nullopt;
  return Write{range.address, std::move(bytes)};
}

}  // namespace

std::optional<ReadMemory> ReadMemory::parse(FieldReader in) {
  const auto range = read_range(in);
  return in.complete() ? std::optional(range) : std::nullopt;
}

std::optional<WriteMemory> WriteMemory::parse(FieldReader in) {
  const auto range = read_range(in);
  in.expect(':');
  auto bytes = in.hex_text();
  return checked<WriteMemory>(range, std::move(bytes), in);
}

std::optional<WriteBinaryMemory> WriteBinaryMemory::parse(FieldReader in) {
  const auto range = read_range(in);
  in.expect(':');
  auto bytes = in.binary();
  return checked<WriteBinaryMemory>(range, std::move(bytes), in);
}

std::optional<SearchMemory> SearchMemory::parse(FieldReader in) {
  SearchMemory request;
  request.address.value = in.hex<std::uint64_t>();
  in.expect(';');
  request.length = in.hex<std::uint64_t>();
  in.expect(';');
  request.pattern = in.binary();
  if (!in.complete() || request.pattern.empty()) return std::nullopt;
  return request;
}

}  // namespace protocol::requests
