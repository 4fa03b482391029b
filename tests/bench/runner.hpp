#pragma once

#include <map>
#include <string>
#include <vector>

#include "rows/rows.hpp"

namespace bench {

struct MeasuredRow {
  Row row;
  Cell floor;
  std::map<std::string, Cell> servers;  // by name
};

struct Results {
  std::vector<Server> servers;
  std::vector<MeasuredRow> rows;
  bool interrupted = false;
  double seconds = 0;
};

// Row by row, and within a row round by round through the floor and all servers, so that a disturbance of the machine
// meets everybody. The first round warms up and is not counted.
Results run(const Bench& bench, const std::vector<Server>& servers, const std::vector<Row>& rows);

}  // namespace bench
