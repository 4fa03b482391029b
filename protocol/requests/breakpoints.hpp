#pragma once

#include <cstdint>
#include <optional>

#include "protocol/field_reader.hpp"
#include "target/types/address.hpp"
#include "target/types/hit_code.hpp"

namespace protocol::requests {

enum class BreakpointType { Software = 0, Hardware = 1, WatchWrite = 2, WatchRead = 3, WatchAccess = 4 };

/// z type,address,kind
///
/// On x86 kind is 1 for breakpoints, and the number of bytes for watchpoints.
struct Breakpoint {
  BreakpointType type = BreakpointType::Software;
  target::Address address;
  std::uint64_t kind = 0;
  static std::optional<Breakpoint> parse(FieldReader in);
};

/// Z type,address,kind[;condition...][;cmds:persistent,command...]
///
/// Conditions and commands follow each other with nothing between; each is X length,bytes in hex.
struct InsertBreakpoint {
  Breakpoint point;
  target::HitCode code;
  static std::optional<InsertBreakpoint> parse(FieldReader in);
};

}  // namespace protocol::requests
