#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "target/linux/file_descriptor.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"

namespace target::linux {

/// Files as a process sees them: paths are resolved inside its root (openat2 with RESOLVE_IN_ROOT on
/// /proc/PID/root), so that programs in containers are found without entering their mount namespace.
class FileSystem {
 public:
  /// Paths from now on are those of this process; without one, our own.
  Result<void> set_process(std::optional<Pid> pid);

  Result<FileDescriptor> open(const std::string& path, int flags, mode_t mode) const;
  Result<struct stat> status(const std::string& path, bool follow) const;
  Result<std::string> read_link(const std::string& path) const;
  Result<void> unlink(const std::string& path) const;

 private:
  FileDescriptor root_;  // none: our own
};

}  // namespace target::linux
