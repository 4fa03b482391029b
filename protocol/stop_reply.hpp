#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/features.hpp"
#include "target/types/stop_event.hpp"

namespace protocol {

/// A register that goes with a stop, so that the client need not ask for it.
struct ExpeditedRegister {
  unsigned number;
  std::vector<std::byte> bytes;
};

/// The payload that tells of a stop:
///
///     stop    = "T" signal *( key ":" value ";" ) | "W" code | "X" signal | "N"
///     exit    = ... [ ";process:" pid ]           (with the multiprocess extensions)
///
/// swbreak, hwbreak and exec are left out unless the client announced that it knows them.
///
/// \param program  the file that runs after an exec; not used otherwise
std::string stop_reply(const target::StopEvent& event, std::span<const ExpeditedRegister> registers,
                       std::string_view program, const Features& agreed);

}  // namespace protocol
