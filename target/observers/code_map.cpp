#include "target/observers/code_map.hpp"

#include <algorithm>

#include "target/linux/proc_fs.hpp"

namespace target::observers {

namespace {

constexpr const char* anonymous = "[anonymous]";

}  // namespace

const CodeMap::Region* CodeMap::look_up(const Regions& regions, Address at) {
  const auto behind = std::upper_bound(regions.begin(), regions.end(), at,
                                       [](Address address, const Region& region) { return address < region.range.begin; });
  if (behind == regions.begin() || !std::prev(behind)->range.contains(at)) return nullptr;
  return &*std::prev(behind);
}

const CodeMap::Region& CodeMap::find(Pid pid, Address at) {
  auto& known = regions_[pid];
  if (const auto* region = look_up(known, at)) return *region;
  known = read(pid);
  if (const auto* region = look_up(known, at)) return *region;
  // What the kernel does not list, [vsyscall] where it cannot be read among it.
  const Region nowhere{{at, at + 1}, number_of(anonymous), at};
  const auto place = std::upper_bound(known.begin(), known.end(), at,
                                      [](Address address, const Region& region) { return address < region.range.begin; });
  return *known.insert(place, nowhere);
}

CodeMap::Regions CodeMap::read(Pid pid) {
  Regions regions;
  const auto mappings = linux::mappings_of(pid);
  if (!mappings) return regions;
  for (const auto& mapping : *mappings) {
    const auto name = mapping.path.empty() ? std::string(anonymous) : mapping.path;
    regions.push_back({mapping.range, number_of(name), mapping.range.begin - mapping.offset});
  }
  return regions;
}

std::size_t CodeMap::number_of(const std::string& name) {
  const auto known = std::find(names_.begin(), names_.end(), name);
  if (known != names_.end()) return static_cast<std::size_t>(known - names_.begin());
  names_.push_back(name);
  return names_.size() - 1;
}

}  // namespace target::observers
