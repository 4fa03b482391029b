#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "target/types/result.hpp"

namespace target::modules {

/// What an ELF file says of itself.
struct ElfIdentity {
  std::string_view machine;  ///< what a target triple begins with: x86_64 or i386
  std::string build_id;      ///< its bytes, of the GNU note; empty if it has none
};

/// Nothing if it is no ELF file for a machine that we can debug.
std::optional<ElfIdentity> identify(int file);

}  // namespace target::modules
