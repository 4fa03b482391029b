#pragma once

#include <cstddef>
#include <span>

#include "target/address_space.hpp"
#include "target/linux/memory_map.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"

namespace target::core {

/// Where the memory of a core comes from; what its threads and mappings are is in a Snapshot.
class Source {
 public:
  virtual ~Source() = default;
  /// Reads up to the first byte that cannot be read; fails only if that is the very first.
  virtual Result<std::size_t> read(Address from, std::span<std::byte> into) const = 0;
  /// See linux::PageMap::first_touched.
  virtual AddressRange first_touched(AddressRange within) const = 0;
  /// An error once all of it has gone.
  virtual Result<void> check() const { return {}; }
};

/// The memory of a process as its program means it to be.
class ProcessSource final : public Source {
 public:
  /// \param task  any living thread that has this memory
  ProcessSource(const AddressSpace& space, Tid task) : space_(space), pages_(task) {}

  Result<std::size_t> read(Address from, std::span<std::byte> into) const override {
    return space_.read(from, into);
  }
  AddressRange first_touched(AddressRange within) const override { return pages_.first_touched(within); }

 private:
  const AddressSpace& space_;
  linux::PageMap pages_;
};

}  // namespace target::core
