#pragma once

#include "rows/rows.hpp"
#include "session.hpp"

namespace bench {

// Launched, past the program's start, stopped at count_once; no breakpoint is left.
Session stopped_in_loop(const Bench& bench, const Server& server);

}  // namespace bench
