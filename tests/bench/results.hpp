#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

// What one visit to one server brought: values, by the way they were obtained ("m" or "x", say). Where there is only
// one way its name is empty.
using Samples = std::map<std::string, std::vector<double>>;

inline Samples one_way(std::vector<double> values) { return {{"", std::move(values)}}; }

// The server does not offer what the row measures: a fact about the server, not a failure of the run.
struct NotAvailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Outcome { not_measured, measured, not_available, failed };

struct Summary {
  double median = 0, min = 0, max = 0;
  std::size_t samples = 0;
};

struct Cell {
  Outcome outcome = Outcome::not_measured;
  Samples samples;
  std::string reason;  // why there is no value

  void add(const Samples& more);
  std::map<std::string, Summary> summaries() const;
  // The way with the best median.
  std::pair<std::string, Summary> best(bool more_is_better) const;
};

}  // namespace bench
