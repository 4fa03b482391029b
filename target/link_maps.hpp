#pragma once

#include <optional>

#include "target/process.hpp"
#include "target/types/link_map.hpp"
#include "target/types/result.hpp"

namespace target {

/// Where a client that knows the beginning of a list wants to read on.
struct LinkMapStart {
  Address start;       ///< the first entry to read
  Address previous;    ///< its l_prev, 0 if it is the program's own
  Address name_space;  ///< the struct r_debug that lists it, 0 if not known
};

/// Walks the dynamic linker's lists: r_debug is found through the program headers in the auxiliary vector;
/// since glibc 2.35 (r_version 2) further namespaces follow it. Empty lists for a static program, or
/// before the linker has set them up.
Result<LinkMaps> read_link_maps(Process& process, const std::optional<LinkMapStart>& start);

}  // namespace target
