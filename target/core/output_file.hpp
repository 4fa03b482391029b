#pragma once

#include <string>
#include <utility>

#include "target/linux/file_descriptor.hpp"
#include "target/types/result.hpp"

namespace target::core {

/// A file of a name of its own, which its owner alone can read; it is removed when this goes.
class TemporaryFile {
 public:
  /// \param path  what its own name is made of: it lies beside that, and begins like it
  static Result<TemporaryFile> create_beside(const std::string& path);
  TemporaryFile(TemporaryFile&& other) noexcept
      : file_(std::move(other.file_)), path_(std::exchange(other.path_, {})) {}
  TemporaryFile& operator=(TemporaryFile&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(path_, other.path_);
    return *this;
  }
  ~TemporaryFile();

  int descriptor() const { return file_.get(); }
  const std::string& path() const { return path_; }
  /// Gives it a name to stay under, in place of what had it before.
  Result<void> rename_to(const std::string& path);

 private:
  TemporaryFile(linux::FileDescriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  linux::FileDescriptor file_;
  std::string path_;  // empty: nothing to remove
};

/// While this lives, RLIMIT_FSIZE makes writes of this thread fail with EFBIG, and no SIGXFSZ kills the server.
class FileSizeSignalHeld {
 public:
  FileSizeSignalHeld();
  ~FileSizeSignalHeld();
  FileSizeSignalHeld(const FileSizeSignalHeld&) = delete;
  FileSizeSignalHeld& operator=(const FileSizeSignalHeld&) = delete;

 private:
  bool was_blocked_ = false;
};

}  // namespace target::core
