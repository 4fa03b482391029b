#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "target/types/signal.hpp"

namespace target {

/// What a fault's siginfo_t says, in words: "address not mapped to object (fault address: 0x8)". Empty for a signal
/// that somebody sent, and for one that is no fault.
std::string describe_fault(Signal signal, std::span<const std::byte> siginfo);

}  // namespace target
