// Stands for target/linux/memory_map.cpp.

#include "target/linux/memory_map.hpp"

namespace target::linux {

Result<std::vector<DetailedMapping>> detailed_mappings_of(Pid pid) {
  const auto mappings = mappings_of(pid);
  if (!mappings) return tl::unexpected(mappings.error());
  std::vector<DetailedMapping> detailed;
  for (const auto& mapping : *mappings) detailed.push_back({mapping, mapping.writable});
  return detailed;
}

std::uint32_t core_filter(Pid) { return 0x33; }

PageMap::PageMap(Tid) {}

AddressRange PageMap::first_touched(AddressRange within) const { return within; }

}  // namespace target::linux
