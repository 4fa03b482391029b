#include "tools/syscalls/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace tools::syscalls {

namespace {

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }
double microseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::micro>(time).count(); }

}  // namespace

void Summary::add(const std::string& name, std::chrono::nanoseconds took, bool failed) {
  auto& row = rows_[name];
  ++row.calls;
  row.errors += failed ? 1 : 0;
  row.time += took;
}

void Summary::write(Output& output) const {
  std::vector<std::pair<std::string, Row>> sorted(rows_.begin(), rows_.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second.time > b.second.time; });
  Row all;
  for (const auto& [name, row] : sorted) all = {all.calls + row.calls, all.errors + row.errors, all.time + row.time};
  if (output.json()) {
    for (const auto& [name, row] : sorted)
      output.object("syscall_summary", {{"name", name}, {"calls", row.calls}, {"errors", row.errors}, {"microseconds", microseconds(row.time)}});
    return;
  }
  output.line(output.coloured(fmt::format("{:>7} {:>12} {:>12} {:>9} {:>9}  {}", "% time", "seconds", "us/call", "calls", "errors", "system call"), "1"));
  const auto line = [&](const std::string& name, const Row& row) {
    const double share = all.time.count() == 0 ? 0 : 100 * seconds(row.time) / seconds(all.time);
    const double each = row.calls == 0 ? 0 : microseconds(row.time) / static_cast<double>(row.calls);
    output.line(fmt::format("{:>7.2f} {:>12.6f} {:>12.1f} {:>9} {:>9}  {}", share, seconds(row.time), each, row.calls,
                            row.errors == 0 ? "" : std::to_string(row.errors), name));
  };
  for (const auto& [name, row] : sorted) line(name, row);
  line("total", all);
}

}  // namespace tools::syscalls
