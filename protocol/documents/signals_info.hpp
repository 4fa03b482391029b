#pragma once

#include <string>

namespace protocol::documents {

/// What jSignalsInfo answers, not yet escaped: every signal of the kernel with its number, its name, and what a debugger
/// does with it.
std::string signals_info();

}  // namespace protocol::documents
