#pragma once

#include <cstdint>
#include <vector>

#include "target/core/source.hpp"
#include "target/linux/memory_map.hpp"
#include "target/types/address.hpp"

namespace target::core {

inline constexpr std::uint64_t page_bytes = 4096;

/// A mapping, and how much of it belongs into the core.
struct Region {
  AddressRange range;
  std::uint32_t permissions = 0;  ///< PF_R, PF_W, PF_X
  bool anonymous = false;         ///< pages that were never touched are zero
  std::uint64_t kept = 0;         ///< bytes from its begin
  bool shared = false;            ///< others may write to it
};

/// How many bytes of a mapping the kernel would write for this /proc/PID/coredump_filter.
std::uint64_t kept_bytes(const linux::DetailedMapping& mapping, std::uint32_t filter, const Source& source);

/// Of all mappings that a program can reach.
std::vector<Region> regions_of(const std::vector<linux::DetailedMapping>& mappings, std::uint32_t filter,
                               const Source& source);

}  // namespace target::core
