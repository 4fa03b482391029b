#pragma once

#include <cstdint>
#include <vector>

namespace target {

/// Agent expressions that a client sends along with a breakpoint, not looked at yet.
struct HitCode {
  using Expression = std::vector<std::uint8_t>;

  std::vector<Expression> conditions;  ///< the breakpoint stops the program if one of them is not 0; none: always
  std::vector<Expression> commands;    ///< run at each such hit instead of stopping
  bool persistent = false;             ///< the commands are to be run when no client is there too

  bool empty() const { return conditions.empty() && commands.empty(); }
  bool operator==(const HitCode&) const = default;
};

}  // namespace target
