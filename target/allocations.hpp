#pragma once

#include <cstdint>
#include <map>

#include "target/linux/child_events.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/permissions.hpp"
#include "target/types/result.hpp"

namespace target {

/// Memory that a client has asked for inside the program. It stays when the client goes: the program may have been
/// given pointers into it.
class Allocations {
 public:
  /// `thread` is stopped, outside system calls, and makes the call. ENOTSUP for a 32-bit program.
  Result<Address> make(Tid thread, linux::ChildEvents& events, std::uint64_t bytes, Permissions permissions);
  Result<void> release(Tid thread, linux::ChildEvents& events, Address address);

 private:
  std::map<Address, std::uint64_t> bytes_at_;
};

}  // namespace target
