#pragma once

#include <functional>
#include <string>

#include "target/core/output_file.hpp"
#include "target/core/snapshot.hpp"
#include "target/core/source.hpp"
#include "target/core/writer.hpp"
#include "target/types/result.hpp"

namespace target::core {

/// Looks after a long writing: called now and then, and once when all has been read. An error puts an end to it.
using Supervisor = std::function<Result<void>(const Summary& so_far)>;

/// Whatever writes the core.
using Writing = std::function<Result<Summary>(Snapshot, const Source&)>;

/// A core that is to have a name, readable by its owner alone. What was there under that name is replaced when the core
/// is complete, and else kept.
class CoreFile {
 public:
  /// EINVAL if there is something that is no regular file; ENOENT, EACCES and the like where no file can be made.
  static Result<CoreFile> create(const std::string& path);
  /// ENOSPC, EFBIG and the like if the file takes no more.
  Result<Summary> write(Snapshot snapshot, const Source& source, std::uint64_t most_stored = no_limit, const Supervisor& supervisor = {});
  /// The error that keeps the core from being written, in words for a person.
  tl::unexpected<Error> not_written(const Error& why) const;

 private:
  CoreFile(TemporaryFile file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  TemporaryFile file_;
  std::string path_;
};

/// The same to a file that is there, seekable and empty.
Result<Summary> write(int file, Snapshot snapshot, const Source& source, std::uint64_t most_stored = no_limit, const Supervisor& supervisor = {});

}  // namespace target::core
