#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "target/types/system_call.hpp"

namespace target {

/// "openat"; "syscall_0x1c9" for a number that the library does not know.
std::string syscall_name(int number, SystemCallTable table);
/// Nothing if the table has no such call.
std::optional<int> syscall_number(std::string_view name, SystemCallTable table);
/// Every call of either table that the library knows.
std::vector<std::string> all_syscall_names();

}  // namespace target
