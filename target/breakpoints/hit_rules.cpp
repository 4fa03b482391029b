#include "target/breakpoints/hit_rules.hpp"

#include <algorithm>

namespace target::breakpoints {
namespace {

using bytecode::Program;

Result<void> check_each(const std::vector<HitCode::Expression>& expressions, std::vector<Program>& into) {
  for (const auto& code : expressions) {
    auto program = Program::check(code);
    if (!program) return tl::unexpected(program.error());
    into.push_back(std::move(*program));
  }
  return {};
}

bool holds(const Program& condition, bytecode::Environment& environment) {
  const auto value = bytecode::evaluate(condition, environment);
  return !value || *value != 0;
}

}  // namespace

Result<SharedRules> HitRules::check(const HitCode& code) {
  if (code.empty()) return SharedRules();
  auto rules = std::make_shared<HitRules>();
  rules->code_ = code;
  if (auto fine = check_each(code.conditions, rules->conditions_); !fine) return tl::unexpected(fine.error());
  if (auto fine = check_each(code.commands, rules->commands_); !fine) return tl::unexpected(fine.error());
  if (!std::all_of(rules->conditions_.begin(), rules->conditions_.end(), std::mem_fn(&Program::yields_value)))
    return failure(EINVAL, "agent expression: a condition has to leave a value");
  return rules;
}

bool HitRules::stops(bytecode::Environment& environment) const {
  const auto is_true = [&](const Program& condition) { return holds(condition, environment); };
  if (!conditions_.empty() && std::none_of(conditions_.begin(), conditions_.end(), is_true)) return false;
  if (commands_.empty()) return true;
  return !std::all_of(commands_.begin(), commands_.end(), [&](const Program& command) {
    return bytecode::evaluate(command, environment).has_value();
  });
}

}  // namespace target::breakpoints
