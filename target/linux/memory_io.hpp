#pragma once

#include <cstddef>
#include <span>

#include "target/linux/file_descriptor.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "target/types/roles.hpp"

namespace target::linux {

/// The bytes of one process's memory as they are, breakpoint patches included.
///
/// process_vm_readv is the quick way but honours page protections and needs a leader that still lives;
/// /proc/PID/mem reads PROT_NONE pages, writes read-only text and outlives the leader; PEEK and POKE are
/// left where /proc is absent.
class MemoryIo final : public Memory {
 public:
  /// \param task  any living thread of the process
  explicit MemoryIo(Tid task);

  Result<std::size_t> read(Address from, std::span<std::byte> into) const override;
  /// The same through /proc/PID/mem alone, and 0 for nothing: process_vm_readv pins pages, for which a fork gets copies of
  /// its own of all that it shares (Linux 5.19; four times as slow, and as much memory again).
  std::size_t read_file(Address from, std::span<std::byte> into) const;
  /// All or nothing is not promised by the kernel: a failure may have written a part.
  Result<void> write(Address to, std::span<const std::byte> bytes) const override;

 private:
  std::size_t peek_words(Address from, std::span<std::byte> into) const;
  Result<void> poke_words(Address to, std::span<const std::byte> bytes) const;

  Tid task_;
  FileDescriptor mem_;
};

}  // namespace target::linux
