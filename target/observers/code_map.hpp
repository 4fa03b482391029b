#pragma once

#include <map>
#include <string>
#include <vector>

#include "target/types/address.hpp"
#include "target/types/ids.hpp"

namespace target::observers {

/// Which file each piece of code comes from, over all processes that are watched.
class CodeMap {
 public:
  struct Region {
    AddressRange range;
    std::size_t module = 0;  ///< index of its name
    Address base;            ///< where the file's first byte would be
  };

  /// The region of an address; read anew from the kernel when it is in none that is known.
  const Region& find(Pid pid, Address at);
  /// The memory of a process is another one now.
  void forget(Pid pid) { regions_.erase(pid); }

  /// Paths of files, "[vdso]" and the like, and "[anonymous]".
  const std::string& name(std::size_t module) const { return names_[module]; }
  std::size_t modules() const { return names_.size(); }

 private:
  using Regions = std::vector<Region>;
  static const Region* look_up(const Regions& regions, Address at);
  Regions read(Pid pid);
  std::size_t number_of(const std::string& name);

  std::map<Pid, Regions> regions_;
  std::vector<std::string> names_;
};

}  // namespace target::observers
