#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "protocol/field_reader.hpp"
#include "target/types/address.hpp"

namespace protocol::requests {

/// m address,length      x address,length      qCRC:address,length
struct ReadMemory {
  target::Address address;
  std::size_t length = 0;
  static std::optional<ReadMemory> parse(FieldReader in);
};

/// M address,length:hex digits
struct WriteMemory {
  target::Address address;
  std::string bytes;
  static std::optional<WriteMemory> parse(FieldReader in);
};

/// X address,length:escaped bytes
struct WriteBinaryMemory {
  target::Address address;
  std::string bytes;
  static std::optional<WriteBinaryMemory> parse(FieldReader in);
};

/// qSearch:memory:address;length;escaped bytes
struct SearchMemory {
  target::Address address;
  std::uint64_t length = 0;
  std::string pattern;
  static std::optional<SearchMemory> parse(FieldReader in);
};

}  // namespace protocol::requests
