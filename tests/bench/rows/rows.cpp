#include "rows/rows.hpp"

#include <iterator>

namespace bench {

std::vector<Row> all_rows() {
  std::vector<Row> rows;
  for (auto family : {start_rows, stepping_rows, breakpoint_rows, event_rows, memory_rows, file_rows, thread_rows, lldb_rows,
                      footprint_rows, kernel_rows}) {
    auto more = family();
    rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return rows;
}

Samples per_second(Samples microseconds_each) {
  for (auto& [way, values] : microseconds_each)
    for (auto& value : values) value = 1e6 / value;
  return microseconds_each;
}

Samples megabytes_per_second(std::size_t bytes, Samples microseconds_each) {
  for (auto& [way, values] : microseconds_each)
    for (auto& value : values) value = static_cast<double>(bytes) / value;
  return microseconds_each;
}

}  // namespace bench
