#include "target/observers/instruction_trace.hpp"

#include <algorithm>
#include <array>

#include "target/process.hpp"

namespace target::observers {

namespace {

bool wide(const Process& process) { return process.layout().word_bytes == 8; }

bool same(const arch::Instruction& known, std::span<const std::byte> now) {
  return known.bytes.size() <= now.size() && std::equal(known.bytes.begin(), known.bytes.end(), now.begin());
}

}  // namespace

// The bytes are read each time, for a fiftieth of what a step costs: programs do write code.
InstructionTrace::Upcoming InstructionTrace::fetch(Thread& thread, Address at) {
  std::array<std::byte, arch::longest_instruction> bytes{};
  const auto got = thread.process().space().read(at, bytes).value_or(0);
  const auto now = std::span(bytes).first(got);
  auto& code = code_[thread.id().pid];
  const auto known = code.find(at);
  if (known != code.end() && same(known->second, now)) return {&known->second, false};
  auto decoded = arch::disassemble(now, at, 1, wide(thread.process()), syntax_);
  if (decoded.empty()) decoded.push_back({at, {}, "(bad)"});
  const bool changed = known != code.end();
  return {&(code[at] = std::move(decoded.front())), changed};
}

bool InstructionTrace::executed(Thread& thread, Address executed, Address next) {
  auto& upcoming = upcoming_[thread.id().tid];
  if (upcoming.instruction == nullptr || upcoming.instruction->at != executed) upcoming = fetch(thread, executed);
  const bool stop = sink_(thread, {*upcoming.instruction, next, upcoming.new_code});
  upcoming = fetch(thread, next);
  return stop;
}

// It has no registers any more that anybody could look at: an exit, or an exec.
void InstructionTrace::executed_last(const Thread& thread, Address) { upcoming_.erase(thread.id().tid); }

}  // namespace target::observers
