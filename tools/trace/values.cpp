#include "tools/trace/values.hpp"

#include "target/process.hpp"

namespace tools::trace {

using namespace target;

namespace {

bool is_general(const RegisterSpec& spec) { return spec.home == RegisterHome::General && spec.bits <= 64; }

std::uint64_t read(Thread& thread, const RegisterSpec& spec) {
  std::uint64_t value = 0;
  (void)thread.registers().read(spec, std::as_writable_bytes(std::span(&value, 1)).first(spec.bytes()));
  return value;
}

}  // namespace

Registers::Registers(Thread& thread) { update(thread); }

std::vector<Registers::Change> Registers::update(Thread& thread) {
  std::vector<Change> changes;
  const auto& layout = thread.registers().layout();
  for (std::size_t number = 0; number < layout.registers.size(); ++number) {
    const auto& spec = layout.registers[number];
    if (!is_general(spec)) continue;
    const auto value = read(thread, spec);
    auto [known, is_new] = values_.try_emplace(spec.name, value);
    if (!is_new && known->second != value && number != layout.pc && spec.group != "system") changes.push_back({spec.name, value});
    known->second = value;
  }
  return changes;
}

// An operand is addressed by whole registers, or with an address size prefix by the lower halves of them.
std::uint64_t Registers::value(const std::string& name) const {
  if (const auto whole = values_.find(name); whole != values_.end()) return whole->second;
  if (name == "fs" || name == "gs") return 0;
  const bool old = name.starts_with('e');
  const auto half = values_.find(old ? "r" + name.substr(1) : name.substr(0, name.size() - 1));
  return half != values_.end() ? half->second & 0xffffffff : 0;
}

std::vector<Operand> operands(Thread& thread, const Instruction& instruction, const Registers& before) {
  std::vector<Operand> found;
  const bool wide = thread.process().layout().word_bytes == 8;
  for (const auto& memory : memory_operands(instruction.bytes, instruction.at, wide)) {
    std::uint64_t at = static_cast<std::uint64_t>(memory.displacement);
    if (!memory.base.empty()) at += before.value(memory.base);
    if (!memory.index.empty()) at += before.value(memory.index) * static_cast<std::uint64_t>(memory.scale);
    if (memory.segment == "fs" || memory.segment == "gs") at += before.value(memory.segment + "_base");
    if (!wide) at &= 0xffffffff;
    Operand operand{{at}, std::vector<std::byte>(memory.bytes)};
    operand.bytes.resize(thread.process().space().read(operand.at, operand.bytes).value_or(0));
    found.push_back(std::move(operand));
  }
  return found;
}

}  // namespace tools::trace
