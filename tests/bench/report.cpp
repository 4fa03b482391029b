#include "report.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bench {

namespace {

// Equal notes share a number.
class Footnotes {
 public:
  std::size_t number(const std::string& note) {
    const auto found = std::find(notes_.begin(), notes_.end(), note);
    if (found != notes_.end()) return static_cast<std::size_t>(found - notes_.begin()) + 1;
    notes_.push_back(note);
    return notes_.size();
  }
  std::string print(std::string_view form) const {
    std::string text;
    for (std::size_t i = 0; i < notes_.size(); ++i) text += fmt::format(fmt::runtime(form), i + 1, notes_[i]);
    return text;
  }

 private:
  std::vector<std::string> notes_;
};

using Grid = std::vector<std::vector<std::string>>;

std::string three_digits(double value) {
  if (value >= 99.95) return fmt::format("{:.0f}", value);
  return value >= 9.995 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}

std::string show(const Cell& cell, bool more_is_better, Footnotes& notes) {
  switch (cell.outcome) {
    case Outcome::not_measured: return "-";
    case Outcome::not_available: return fmt::format("n/a [{}]", notes.number(cell.reason));
    case Outcome::failed: return fmt::format("failed [{}]", notes.number("failed: " + cell.reason));
    case Outcome::measured: break;
  }
  const auto [way, summary] = cell.best(more_is_better);
  const auto value = three_digits(summary.median);
  return way.empty() ? value : fmt::format("{} ({})", value, way);
}

std::string show_floor(const MeasuredRow& row, Footnotes& notes) {
  auto shown = show(row.floor, row.row.more_is_better, notes);
  return row.row.floor_is.empty() ? shown : fmt::format("{} [{}]", shown, notes.number("floor: " + row.row.floor_is));
}

Grid grid_of(const Results& results, Footnotes& notes) {
  Grid grid{{"", "unit", "floor"}};
  for (const auto& server : results.servers) grid.front().push_back(server.name);
  for (const auto& row : results.rows) {
    std::vector<std::string> line{row.row.name, row.row.unit, show_floor(row, notes)};
    for (const auto& server : results.servers) {
      const auto found = row.servers.find(server.name);
      line.push_back(found == row.servers.end() ? "-" : show(found->second, row.row.more_is_better, notes));
    }
    grid.push_back(line);
  }
  return grid;
}

int processors_in_use() {
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 0;
}

std::string explanation(const Results& results) {
  return fmt::format(
      "Medians; more is better in 1/s and MB/s, less in us, ms and MiB. In brackets the way that was best.\n"
      "A floor is what a server without a protocol needs on this machine for the same, measured in the same rounds.\n"
      "On {} of {} processors; {:.0f} s{}.\n",
      processors_in_use(), sysconf(_SC_NPROCESSORS_ONLN), results.seconds, results.interrupted ? ", interrupted" : "");
}

nlohmann::json json_of(const Cell& cell, bool more_is_better) {
  switch (cell.outcome) {
    case Outcome::not_measured: return nullptr;
    case Outcome::not_available: return {{"not_available", cell.reason}};
    case Outcome::failed: return {{"failed", cell.reason}};
    case Outcome::measured: break;
  }
  const auto best = cell.best(more_is_better);
  nlohmann::json json{{"median", best.second.median}, {"min", best.second.min}, {"max", best.second.max},
                      {"samples", best.second.samples}, {"way", best.first}};
  if (cell.samples.size() > 1)
    for (const auto& [way, summary] : cell.summaries())
      json["ways"][way] = {{"median", summary.median}, {"min", summary.min}, {"max", summary.max}};
  return json;
}

}  // namespace

std::string as_text(const Results& results) {
  Footnotes notes;
  const auto grid = grid_of(results, notes);
  std::vector<std::size_t> widths(grid.front().size());
  for (const auto& line : grid)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());

  std::string text;
  for (const auto& line : grid) {
    text += fmt::format("{:<{}}", line[0], widths[0]);
    for (std::size_t i = 1; i < line.size(); ++i) text += fmt::format("  {:>{}}", line[i], widths[i]);
    text += '\n';
  }
  return text + '\n' + notes.print("[{}] {}\n") + '\n' + explanation(results);
}

std::string as_markdown(const Results& results) {
  Footnotes notes;
  const auto grid = grid_of(results, notes);
  std::string text;
  for (const auto& line : grid) {
    for (const auto& field : line) text += fmt::format("| {} ", field);
    text += "|\n";
    if (&line == &grid.front()) {
      text += "|---|---|";
      for (std::size_t i = 2; i < line.size(); ++i) text += "--:|";
      text += '\n';
    }
  }
  return text + '\n' + notes.print("[{}] {}  \n") + '\n' + explanation(results);
}

nlohmann::json as_json(const Results& results) {
  utsname system{};
  uname(&system);
  nlohmann::json json{{"kernel", system.release},
                      {"processors", sysconf(_SC_NPROCESSORS_ONLN)},
                      {"processors_in_use", processors_in_use()},
                      {"seconds", results.seconds},
                      {"interrupted", results.interrupted}};
  for (const auto& server : results.servers) json["servers"].push_back({{"name", server.name}, {"path", server.path}});
  for (const auto& row : results.rows) {
    nlohmann::json line{{"name", row.row.name}, {"unit", row.row.unit}, {"more_is_better", row.row.more_is_better},
                        {"floor", json_of(row.floor, row.row.more_is_better)}, {"floor_is", row.row.floor_is}};
    for (const auto& [name, cell] : row.servers) line["servers"][name] = json_of(cell, row.row.more_is_better);
    json["rows"].push_back(line);
  }
  return json;
}

}  // namespace bench
