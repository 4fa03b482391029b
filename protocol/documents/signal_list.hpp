#pragma once

#include <string>

namespace protocol {

/// Every signal of this system, as JSON: its number, its name, and what lldb is to do with it until it is told otherwise.
std::string signal_list();

}  // namespace protocol
