#include "target/core/core_file.hpp"

#include <sys/stat.h>

namespace target::core {
namespace {

constexpr std::chrono::milliseconds between_looks{50};

Result<void> check_name(const std::string& path) {
  struct stat there{};
  if (path.empty() || path.ends_with('/')) return failure(EINVAL, "that is no name of a file");
  if (stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
    return failure(EINVAL, "there is something of that name that is no regular file; use another name");
  return {};
}

tl::unexpected<Error> no_core(const std::string& path, const Error& why) {
  const bool no_room = why.code == ENOSPC || why.code == EDQUOT || why.code == EFBIG;
  return failure(why.code, "no core was written to " + path + ": " + why.message +
                               (no_room ? "; make room, or name a file on another disk" : ""));
}

}  // namespace

Result<CoreFile> CoreFile::create(const std::string& path) {
  if (auto usable = check_name(path); !usable) return no_core(path, usable.error());
  auto file = TemporaryFile::create_beside(path);
  if (!file) return no_core(path, file.error());
  return CoreFile(std::move(*file), path);
}

tl::unexpected<Error> CoreFile::not_written(const Error& why) const { return no_core(path_, why); }

Result<Summary> CoreFile::write(Snapshot snapshot, const Source& source, std::uint64_t most_stored, const Supervisor& supervisor) {
  const auto summary = core::write(file_.descriptor(), std::move(snapshot), source, most_stored, supervisor);
  if (!summary) return not_written(summary.error());
  if (auto renamed = file_.rename_to(path_); !renamed) return not_written(renamed.error());
  return summary;
}

Result<Summary> write(int file, Snapshot snapshot, const Source& source, std::uint64_t most_stored, const Supervisor& supervisor) {
  const FileSizeSignalHeld held;
  Writer writer(file, std::move(snapshot), source, most_stored);
  for (bool complete = false; !complete;) {
    const auto advanced = writer.advance(between_looks);
    if (!advanced) return tl::unexpected(advanced.error());
    complete = *advanced;
    if (!supervisor) continue;
    if (auto may_go_on = supervisor(writer.summary()); !may_go_on) return tl::unexpected(may_go_on.error());
  }
  return writer.summary();
}

}  // namespace target::core
