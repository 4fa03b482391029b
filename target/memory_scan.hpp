#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "target/address_space.hpp"
#include "target/types/address.hpp"
#include "target/types/result.hpp"

namespace target {

/// The first place of a pattern in `length` bytes from an address on, breakpoint patches hidden. Fails where memory
/// that cannot be read comes before a match.
Result<std::optional<Address>> find_bytes(const AddressSpace& space, Address from,
                                          std::uint64_t length, std::string_view pattern);

/// gdb's CRC-32: polynomial 0x04c11db7, most significant bit first, begun with all ones and not inverted at the end.
Result<std::uint32_t> checksum_of(const AddressSpace& space, Address from, std::uint64_t length);

}  // namespace target
