#include "runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "processes.hpp"

namespace bench {

namespace {

// One visit. Who has once failed is not visited again in this row: it would most likely wait for the same timeout.
template <class Measure>
void visit(Cell& cell, bool counts, Measure&& measure) {
  if (cell.outcome == Outcome::not_available || cell.outcome == Outcome::failed) return;
  try {
    const auto samples = measure();
    if (counts) cell.add(samples);
  } catch (const NotAvailable& why) {
    cell.outcome = Outcome::not_available;
    cell.reason = why.what();
  } catch (const std::exception& why) {
    cell.outcome = Outcome::failed;
    cell.reason = why.what();
  }
}

void measure_row(const Bench& bench, const std::vector<Server>& servers, MeasuredRow& row) {
  const int first = row.row.counted ? 1 : 0, last = row.row.counted ? 1 : bench.effort.rounds;
  for (int round = first; round <= last; ++round) {
    const bool counts = round > 0;
    throw_if_interrupted();
    if (row.row.floor) visit(row.floor, counts, [&] { return row.row.floor(bench); });
    if (!row.row.measure) continue;
    for (const auto& server : servers)
      visit(row.servers[server.name], counts, [&] { return row.row.measure(bench, server); });
  }
}

Summary summarise(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back(), values.size()};
}

}  // namespace

void Cell::add(const Samples& more) {
  outcome = Outcome::measured;
  for (const auto& [way, values] : more) samples[way].insert(samples[way].end(), values.begin(), values.end());
}

std::map<std::string, Summary> Cell::summaries() const {
  std::map<std::string, Summary> all;
  for (const auto& [way, values] : samples) all.emplace(way, summarise(values));
  return all;
}

std::pair<std::string, Summary> Cell::best(bool more_is_better) const {
  const auto all = summaries();
  const auto worse = [&](const auto& a, const auto& b) {
    return more_is_better ? a.second.median < b.second.median : a.second.median > b.second.median;
  };
  const auto found = std::max_element(all.begin(), all.end(), worse);
  return found == all.end() ? std::pair<std::string, Summary>{} : std::pair<std::string, Summary>{*found};
}

Results run(const Bench& bench, const std::vector<Server>& servers, const std::vector<Row>& rows) {
  Results results{servers, {}, false, 0};
  const auto begin = Clock::now();
  try {
    for (const auto& row : rows) {
      fmt::print(stderr, "{:5.1f} s  {}\n", milliseconds_since(begin) / 1000, row.name);
      results.rows.push_back({row, {}, {}});
      measure_row(bench, servers, results.rows.back());
    }
  } catch (const Interrupted&) {
    results.interrupted = true;
  }
  results.seconds = milliseconds_since(begin) / 1000;
  return results;
}

}  // namespace bench
