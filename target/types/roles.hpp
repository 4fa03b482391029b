#pragma once

#include <cstddef>
#include <span>

#include "target/types/address.hpp"
#include "target/types/result.hpp"

namespace target {

/// Bytes of an inferior, as whoever implements this sees them. Tests have one without a process.
class Memory {
 public:
  virtual ~Memory() = default;
  /// Reads up to the first byte that cannot be read; fails only if that is the very first.
  virtual Result<std::size_t> read(Address from, std::span<std::byte> into) const = 0;
  virtual Result<void> write(Address to, std::span<const std::byte> bytes) const = 0;
};

}  // namespace target
