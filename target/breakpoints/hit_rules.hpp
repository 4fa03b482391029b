#pragma once

#include <memory>
#include <vector>

#include "target/bytecode/evaluate.hpp"
#include "target/bytecode/program.hpp"
#include "target/types/hit_code.hpp"
#include "target/types/result.hpp"

namespace target::breakpoints {

/// What decides whether anybody hears of a hit, and what is done where nobody does.
class HitRules {
 public:
  /// See bytecode::Program::check. Null if there is nothing to decide.
  static Result<std::shared_ptr<const HitRules>> check(const HitCode& code);

  /// True if the program stops. The commands are run by this. What cannot be evaluated stops the program:
  /// never past a breakpoint in doubt.
  bool stops(bytecode::Environment& environment) const;
  /// Stays when the client goes.
  bool persistent() const { return code_.persistent && !commands_.empty(); }
  bool came_from(const HitCode& code) const { return code_ == code; }

 private:
  HitCode code_;
  std::vector<bytecode::Program> conditions_;
  std::vector<bytecode::Program> commands_;
};

using SharedRules = std::shared_ptr<const HitRules>;

}  // namespace target::breakpoints
