#pragma once

#include <functional>
#include <map>
#include <unordered_map>

#include "target/arch/disassembler.hpp"
#include "target/observers/step_observer.hpp"

namespace target::observers {

/// Sees each instruction that threads execute, decoded.
class InstructionTrace final : public StepObserver {
 public:
  struct Seen {
    const arch::Instruction& instruction;
    Address next;
    bool new_code;  ///< other code was there when the address was last executed
  };
  /// Called after each instruction; true stops the program.
  using Sink = std::function<bool(Thread&, const Seen&)>;

  InstructionTrace(arch::Syntax syntax, Sink sink) : syntax_(syntax), sink_(std::move(sink)) {}

 private:
  using Code = std::unordered_map<Address, arch::Instruction>;
  struct Upcoming {
    const arch::Instruction* instruction = nullptr;
    bool new_code = false;
  };

  bool executed(Thread& thread, Address executed, Address next) override;
  void executed_last(const Thread& thread, Address at) override;
  Upcoming fetch(Thread& thread, Address at);

  arch::Syntax syntax_;
  Sink sink_;
  std::map<Pid, Code> code_;
  std::unordered_map<Tid, Upcoming> upcoming_;
};

}  // namespace target::observers
