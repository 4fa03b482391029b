#pragma once

#include <optional>
#include <string>
#include <vector>

#include "target/symbols/symbols.hpp"
#include "target/types/address.hpp"

namespace target {
class Thread;
}

namespace target::symbols {

struct Frame {
  Address pc;
  /// Within the instruction that is being executed or has called: a return address may be another function's already.
  Address inside;
};

struct Backtrace {
  std::vector<Frame> frames;  ///< the innermost first
  std::string ends;           ///< why there are no more; "" if it is complete
};

/// Of a stopped thread, by the unwind information of its modules.
Backtrace backtrace(Thread& thread, Symbols& symbols, std::size_t at_most = 256);

}  // namespace target::symbols
