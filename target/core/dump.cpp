#include "target/core/dump.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "target/core/output_file.hpp"

namespace target::core {
namespace {

std::string in_words(std::uint64_t bytes) {
  constexpr double unit = 1024;
  const auto size = static_cast<double>(bytes);
  if (size < unit * unit) return fmt::format("{:.1f} KiB", size / unit);
  if (size < unit * unit * unit) return fmt::format("{:.1f} MiB", size / (unit * unit));
  return fmt::format("{:.1f} GiB", size / (unit * unit * unit));
}

Result<void> check_name(const std::string& path) {
  struct stat there{};
  if (path.empty() || path.ends_with('/')) return failure(EINVAL, "that is no name of a file");
  if (stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
    return failure(EINVAL, "there is something of that name that is no regular file; use another name");
  return {};
}

tl::unexpected<Error> not_written(const std::string& path, const Error& why) {
  const bool no_room = why.code == ENOSPC || why.code == EDQUOT || why.code == EFBIG;
  return failure(why.code, "no core was written to " + path + ": " + why.message +
                               (no_room ? "; make room, or name a file on another disk" : ""));
}

}  // namespace

Result<Summary> dump(Process& process, Tid first, int file, std::uint64_t most_stored) {
  const FileSizeSignalHeld held;
  const ProcessSource source(process.space(), process.witness());
  auto snapshot = take_snapshot(process, first, source);
  if (!snapshot) return tl::unexpected(snapshot.error());
  Writer writer(file, std::move(*snapshot), source, most_stored);
  for (;;) {
    const auto complete = writer.advance(std::chrono::hours(1));
    if (!complete) return tl::unexpected(complete.error());
    if (*complete) return writer.summary();
  }
}

Result<Summary> dump(Process& process, Tid first, const std::string& path, std::uint64_t most_stored) {
  if (auto usable = check_name(path); !usable) return not_written(path, usable.error());
  auto file = TemporaryFile::create_beside(path);
  if (!file) return not_written(path, file.error());
  const auto summary = dump(process, first, file->descriptor(), most_stored);
  if (!summary) return not_written(path, summary.error());
  if (auto renamed = file->rename_to(path); !renamed) return not_written(path, renamed.error());
  return summary;
}

std::string describe(const Summary& summary) {
  auto text = fmt::format("{} of memory and {} thread{}", in_words(summary.stored), summary.threads,
                          summary.threads == 1 ? "" : "s");
  if (summary.filtered != 0)
    text += fmt::format("; without {} that the program's coredump_filter or madvise leaves out",
                        in_words(summary.filtered));
  if (summary.unreadable != 0) text += fmt::format("; {} could not be read", in_words(summary.unreadable));
  if (summary.over_limit != 0) text += fmt::format("; {} are over the limit", in_words(summary.over_limit));
  return text;
}

}  // namespace target::core
