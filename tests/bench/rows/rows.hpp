#pragma once

#include <functional>
#include <string>
#include <vector>

#include "results.hpp"
#include "server_process.hpp"
#include "symbols.hpp"
#include "timing.hpp"

namespace bench {

// How long to measure.
struct Effort {
  int rounds;
  int batches;  // a round's values for rows that repeat a short operation
  Clock::duration batch;
  std::size_t file_bytes;
};

inline constexpr Effort full_effort{5, 3, std::chrono::milliseconds(40), 64u << 20};
inline constexpr Effort quick_effort{2, 2, std::chrono::milliseconds(12), 16u << 20};

struct Programs {
  std::string counts_forever;
  std::string many_threads;
  std::string rounds;
  Symbols counting;   // of counts_forever
  Symbols threads;    // of many_threads
  Symbols in_rounds;  // of rounds
};

struct Bench {
  Effort effort;
  Programs programs;

  // One value a batch: the mean time of the operation in microseconds.
  template <class Operation>
  std::vector<double> batches(Operation&& operation) const {
    std::vector<double> values;
    for (int i = 0; i < effort.batches; ++i)
      values.push_back(microseconds_each(effort.batch, operation));
    return values;
  }
};

struct Row {
  std::string name;
  std::string unit;
  bool more_is_better = false;
  std::function<Samples(const Bench&, const Server&)> measure;  // empty: the kernel alone
  std::function<Samples(const Bench&)> floor;                   // empty: there is none
  std::string floor_is;                                         // what the floor does
  bool counted = false;                                         // not timed: once is enough
};

std::vector<Row> start_rows();
std::vector<Row> stepping_rows();
std::vector<Row> breakpoint_rows();
std::vector<Row> event_rows();
std::vector<Row> memory_rows();
std::vector<Row> file_rows();
std::vector<Row> thread_rows();
std::vector<Row> lldb_rows();
std::vector<Row> footprint_rows();
std::vector<Row> kernel_rows();

std::vector<Row> all_rows();

// Values in other units.
Samples per_second(Samples microseconds_each);
Samples megabytes_per_second(std::size_t bytes, Samples microseconds_each);

}  // namespace bench
