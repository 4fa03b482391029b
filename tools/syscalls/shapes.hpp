#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "target/types/system_call.hpp"
#include "tools/syscalls/arguments.hpp"

namespace tools::syscalls {

/// What a system call takes and gives.
struct Shape {
  struct Argument {
    const ArgumentKind* kind;
    std::size_t other = 0;  ///< see ArgumentKind
  };
  std::string name;
  std::vector<Argument> arguments;
  bool gives_address = false;
  bool never_returns = false;

  bool takes(std::string_view kind) const;
};

/// Of a call that is in no table: six numbers.
const Shape& shape_of(int number, target::SystemCallTable table);

/// Every call that the table of shapes has.
std::vector<Shape> all_shapes();

}  // namespace tools::syscalls
