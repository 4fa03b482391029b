#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the kernel tells of the whole machine, as tables for people (info os).
namespace target::linux::os_data {

struct Column {
  std::string name;
  std::string value;
};
using Row = std::vector<Column>;
using Rows = std::vector<Row>;

struct Table {
  std::string_view type;  ///< what a client calls it
  std::string_view title;
  std::string_view description;
  Rows (*read)();
};

/// Every table, by type.
std::span<const Table> tables();

Rows cpus();
Rows files();
Rows message_queues();
Rows modules();
Rows process_groups();
Rows processes();
Rows semaphores();
Rows shared_memory();
Rows sockets();
Rows threads();

}  // namespace target::linux::os_data
