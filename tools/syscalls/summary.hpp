#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "tools/common/output.hpp"

namespace tools::syscalls {

/// How often which system call was made, how long it took, and how often it failed.
class Summary {
 public:
  void add(const std::string& name, std::chrono::nanoseconds took, bool failed);
  /// Those that took longest first.
  void write(Output& output) const;

 private:
  struct Row {
    std::uint64_t calls = 0, errors = 0;
    std::chrono::nanoseconds time{0};
  };
  std::map<std::string, Row> rows_;
};

}  // namespace tools::syscalls
