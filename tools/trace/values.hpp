#pragma once

#include <map>
#include <string>
#include <vector>

#include "target/disassembly.hpp"
#include "target/thread.hpp"

namespace tools::trace {

/// The general registers of a thread, as they were when it was last looked at.
class Registers {
 public:
  explicit Registers(target::Thread& thread);

  struct Change {
    std::string_view name;
    std::uint64_t value;
  };
  /// Those that have changed since; the pc, which always does, is none of them.
  std::vector<Change> update(target::Thread& thread);
  /// Of any width, by its name in an instruction; 0 if it is not a general one.
  std::uint64_t value(const std::string& name) const;

 private:
  std::map<std::string_view, std::uint64_t> values_;
};

struct Operand {
  target::Address at;
  std::vector<std::byte> bytes;  ///< fewer where memory ends
};

/// What is in an instruction's memory operands, which are where `before` says.
std::vector<Operand> operands(target::Thread& thread, const target::Instruction& instruction, const Registers& before);

}  // namespace tools::trace
