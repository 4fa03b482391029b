#include "target/core/dump.hpp"

#include <fmt/format.h>

namespace target::core {

std::string in_words(std::uint64_t bytes) {
  constexpr double unit = 1024;
  const auto size = static_cast<double>(bytes);
  if (size < unit * unit) return fmt::format("{:.1f} KiB", size / unit);
  if (size < unit * unit * unit) return fmt::format("{:.1f} MiB", size / (unit * unit));
  return fmt::format("{:.1f} GiB", size / (unit * unit * unit));
}

Result<Summary> dump(Process& process, Tid first, const Writing& write) {
  const ProcessSource source(process.space(), process.witness());
  auto snapshot = take_snapshot(process, first, source);
  if (!snapshot) return tl::unexpected(snapshot.error());
  return write(std::move(*snapshot), source);
}

Result<Summary> dump(Process& process, Tid first, const std::string& path, std::uint64_t most_stored) {
  auto file = CoreFile::create(path);
  if (!file) return tl::unexpected(file.error());
  return dump(process, first, [&](Snapshot snapshot, const Source& source) { return file->write(std::move(snapshot), source, most_stored); });
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
