#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "target/types/address.hpp"
#include "target/types/result.hpp"

namespace target::symbols {

/// A place in a program as a person writes it:
///     SYMBOL   SYMBOL+OFFSET   MODULE!SYMBOL   MODULE!SYMBOL+OFFSET   MODULE+OFFSET   FILE:LINE   0xADDRESS
/// OFFSET may be decimal or 0x hexadecimal. MODULE is a file's name, with or without its directories and what follows
/// ".so". SYMBOL may be a C++ name with or without parameters.
struct Location {
  std::string text;                ///< as it was written
  std::string module;              ///< "": any
  std::string symbol;              ///< or, where no module is named, the name of a module
  std::string file;
  int line = 0;                    ///< from 1 with a file
  std::optional<Address> address;  ///< alone
  std::uint64_t offset = 0;
  bool has_offset = false;

  /// EINVAL with what is wrong.
  static Result<Location> parse(std::string_view text);
};

}  // namespace target::symbols
