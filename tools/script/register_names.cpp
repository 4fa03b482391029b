#include "tools/script/register_names.hpp"

#include <array>
#include <cctype>

namespace tools::script {

using target::RegisterLayout;
using target::RegisterSpec;

namespace {

// What follows the r or the e of a register whose parts have names: "ax", "si".
std::string_view old_name(std::string_view name, std::size_t word_bytes) {
  constexpr std::array old{"ax", "bx", "cx", "dx", "si", "di", "bp", "sp"};
  if (name.size() != 3 || name[0] != (word_bytes == 8 ? 'r' : 'e')) return {};
  for (const std::string_view one : old)
    if (name.substr(1) == one) return one;
  return {};
}

bool is_numbered(std::string_view name) {
  return name.size() >= 2 && name[0] == 'r' && std::isdigit(static_cast<unsigned char>(name[1])) != 0;
}

}  // namespace

RegisterNames::RegisterNames(const RegisterLayout& layout) {
  for (const auto& spec : layout.registers) {
    const RegisterName whole{&spec, 0, spec.bytes()};
    add(std::string(spec.name), whole);
    if (!spec.alternate.empty()) add(std::string(spec.alternate), whole);
    if (spec.name == "eflags") {
      add("flags", whole);
      add("rflags", whole);
    }
    add_parts(spec, layout.word_bytes);
  }
}

void RegisterNames::add_parts(const RegisterSpec& whole, std::size_t word_bytes) {
  const std::string name(whole.name);
  if (is_numbered(name)) {
    add(name + "d", {&whole, 0, 4, true});
    add(name + "w", {&whole, 0, 2});
    add(name + "b", {&whole, 0, 1});
    return;
  }
  const std::string old(old_name(name, word_bytes));
  if (old.empty()) return;
  if (word_bytes == 8) add("e" + old, {&whole, 0, 4, true});
  add(old, {&whole, 0, 2});
  if (old[1] == 'x') {
    add({old[0], 'l'}, {&whole, 0, 1});
    add({old[0], 'h'}, {&whole, 1, 1});
  } else if (word_bytes == 8) {
    add(old + "l", {&whole, 0, 1});
  }
}

const RegisterName* RegisterNames::find(std::string_view name) const {
  const auto known = names_.find(name);
  return known != names_.end() ? &known->second : nullptr;
}

const RegisterNames& RegisterNames::of(const RegisterLayout& layout) {
  static std::map<const RegisterLayout*, RegisterNames> known;
  const auto entry = known.find(&layout);
  return entry != known.end() ? entry->second : known.try_emplace(&layout, layout).first->second;
}

}  // namespace tools::script
