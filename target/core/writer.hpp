#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <vector>

#include "target/core/snapshot.hpp"
#include "target/core/source.hpp"
#include "target/types/result.hpp"

namespace target::core {

inline constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

/// What became of the memory, in bytes.
struct Summary {
  std::size_t threads = 0;
  std::uint64_t file = 0;        ///< the length of the core
  std::uint64_t stored = 0;      ///< takes room on the disk; what is zero is a hole
  std::uint64_t filtered = 0;    ///< left out: coredump_filter, MADV_DONTDUMP, files that are there anyway
  std::uint64_t unreadable = 0;  ///< reads as zero
  std::uint64_t over_limit = 0;  ///< left out because the limit had been reached
  std::uint64_t shared = 0;      ///< of what is stored: memory that a copy of the process has in common with it
};

/// Writes an ELF core a piece at a time. The headers come last: until then it is no ELF file.
class Writer {
 public:
  /// \param file    seekable, empty, stays the caller's
  /// \param source  must outlive this
  /// \param most_stored  how many bytes of memory may be stored; the largest mappings are cut first
  Writer(int file, Snapshot snapshot, const Source& source, std::uint64_t most_stored = no_limit);

  /// Goes on for about so long; true when the core is complete. ENOSPC, EFBIG and the like when the file takes no more.
  Result<bool> advance(std::chrono::microseconds at_most);
  const Summary& summary() const { return summary_; }

 private:
  /// Where a region has its bytes in the file.
  struct Segment {
    const Region* region;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };

  Result<void> write_piece();
  std::uint64_t place_of_data() const;
  /// Where the current region goes on with something to read.
  AddressRange next_stretch();
  void begin_segment();
  void end_segment(std::uint64_t bytes);
  void skip_unreadable(std::uint64_t bytes);
  Result<void> store(std::span<const std::byte> bytes, std::uint64_t offset);
  Result<void> finish();
  template <class Elf>
  Result<void> write_headers();

  int file_;
  Snapshot snapshot_;
  const Source& source_;
  std::uint64_t most_stored_;
  Summary summary_;
  std::vector<std::byte> buffer_;
  std::vector<Segment> segments_;  ///< in the order in which they are written
  std::size_t current_ = 0;
  std::uint64_t position_ = 0;     ///< in the current one
  bool any_readable_ = false;      ///< in the current one
  AddressRange stretch_;           ///< of touched pages
  std::uint64_t end_ = 0;          ///< of the file
  bool complete_ = false;
};

}  // namespace target::core
