#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

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

  /// Where paths that do not begin with / are looked for; "": where we are.
  void set_folder(std::string folder) { folder_ = std::move(folder); }
  const std::string& folder() const { return folder_; }

  Result<FileDescriptor> open(const std::string& path, int flags, mode_t mode) const;
  Result<struct stat> status(const std::string& path, bool follow) const;
  Result<std::string> read_link(const std::string& path) const;
  Result<void> unlink(const std::string& path) const;
  Result<void> make_link(const std::string& target, const std::string& path) const;
  /// Success if there is one already.
  Result<void> make_folder(const std::string& path, mode_t mode) const;
  Result<void> set_mode(const std::string& path, mode_t mode) const;
  /// What a path can be completed to; a folder ends with /.
  std::vector<std::string> completions(const std::string& path, bool only_folders) const;

 private:
  /// A path's last name, and the folder that it is in.
  struct Place {
    FileDescriptor folder;
    std::string name;
  };
  Result<Place> place_of(const std::string& path) const;

  FileDescriptor root_;  // none: our own
  std::string folder_;
};

}  // namespace target::linux
