#pragma once

#include <cstdint>
#include <vector>

#include "target/linux/file_descriptor.hpp"
#include "target/linux/proc_fs.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"

/// What the pages of a process are like.
namespace target::linux {

/// One entry of /proc/PID/smaps.
struct DetailedMapping {
  Mapping mapping;
  bool own_pages = false;  ///< it has pages that are no file's: anonymous ones, or copies it has written to
  bool kept_out = false;   ///< madvise(MADV_DONTDUMP)
  bool device = false;     ///< memory of a device, which to read may have effects
  bool huge = false;       ///< hugetlbfs
  bool not_forked = false;  ///< madvise(MADV_DONTFORK)
  bool wiped = false;       ///< madvise(MADV_WIPEONFORK): a fork sees zeros
  bool watched = false;     ///< by userfaultfd(2)
};
Result<std::vector<DetailedMapping>> detailed_mappings_of(Pid pid);

/// /proc/PID/coredump_filter, core(5); the kernel's default if it cannot be read.
std::uint32_t core_filter(Pid pid);

/// Which pages of anonymous memory were ever touched: all others are zero, and reading them would only cost time.
class PageMap {
 public:
  /// \param task  any living thread of the process
  explicit PageMap(Tid task);

  /// The first stretch of touched pages within a range that begins and ends with pages; all of the range if the
  /// kernel does not tell, and an empty one at its end if there is none.
  AddressRange first_touched(AddressRange within) const;

 private:
  FileDescriptor file_;
};

}  // namespace target::linux
