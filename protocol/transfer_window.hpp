#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/field_reader.hpp"

namespace protocol {

/// The piece of an object that a qXfer read asks for: hex offset "," hex length.
struct TransferWindow {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  static TransferWindow read(FieldReader& in);

  /// "m" data if more follows, "l" data for the last piece, escaped, never longer than a packet.
  std::string cut(std::string_view object) const;
};

}  // namespace protocol
