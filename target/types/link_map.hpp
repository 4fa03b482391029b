#pragma once

#include <string>
#include <vector>

#include "target/types/address.hpp"

namespace target {

/// One object in the dynamic linker's list, as <link.h> lays it out.
struct LinkMapEntry {
  Address address;    ///< of the struct link_map
  Address load_bias;  ///< l_addr
  Address dynamic;    ///< l_ld
  std::string name;   ///< l_name
  Address name_space; ///< of the struct r_debug that lists it
};

/// What the dynamic linker has loaded, without the program itself.
struct LinkMaps {
  Address main;  ///< link map of the program; 0 before the linker has made it, or in static programs
  std::vector<LinkMapEntry> libraries;
};

}  // namespace target
