// Stands for target/linux/os_data.

#include <array>

#include "target/linux/os_data/tables.hpp"

namespace target::linux::os_data {

Rows processes() { return {{{"pid", "100"}, {"user", "nobody"}, {"command", "fake <one>"}, {"cores", "0"}}}; }

std::span<const Table> tables() {
  static constexpr std::array all{Table{"processes", "Processes", "Listing of all processes", processes}};
  return all;
}

}  // namespace target::linux::os_data
