#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace target {

/// The first and the last eight bytes of a regular file's MD5 sum, as numbers of this machine's byte order. Nothing for
/// what is no regular file, or cannot be read.
std::optional<std::pair<std::uint64_t, std::uint64_t>> md5_of(int descriptor);

}  // namespace target
