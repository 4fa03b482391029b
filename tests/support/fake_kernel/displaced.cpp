// Stands for target/arch/amd64/displaced.cpp: the simulated processor's instructions run in their own places only.

#include "target/arch/amd64/displaced.hpp"

namespace target::arch::amd64 {

std::optional<Displaced> Displaced::make(std::span<const std::byte>, Address, Address) { return std::nullopt; }
Address Displaced::at_home(Address pc) const { return pc; }

}  // namespace target::arch::amd64
