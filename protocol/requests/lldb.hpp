#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/field_reader.hpp"
#include "target/types/address.hpp"
#include "target/types/permissions.hpp"

namespace protocol::requests {

/// qMemoryRegionInfo:address      _m address
struct AtAddress {
  target::Address address;
  static std::optional<AtAddress> parse(FieldReader in);
};

/// _M size,permissions     permissions = *( "r" | "w" | "x" )
struct Allocate {
  std::uint64_t bytes = 0;
  target::Permissions permissions;
  static std::optional<Allocate> parse(FieldReader in);
};

/// MultiMemRead:ranges:address,length *( ",address,length" ) ";"
struct ReadRanges {
  struct Range {
    target::Address address;
    std::uint64_t length = 0;
  };
  std::vector<Range> ranges;
  static std::optional<ReadRanges> parse(FieldReader in);
};

}  // namespace protocol::requests
