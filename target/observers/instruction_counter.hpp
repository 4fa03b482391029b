#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "target/observers/code_map.hpp"
#include "target/observers/step_observer.hpp"

namespace target::observers {

/// Counts the instructions that threads execute.
class InstructionCounter final : public StepObserver {
 public:
  /// \param limit  the program stops when so many have been executed in all
  explicit InstructionCounter(std::uint64_t limit) : limit_(limit) {}

  struct OfThread {
    std::string name;
    std::uint64_t instructions = 0;
  };

  std::uint64_t instructions() const { return instructions_; }
  /// What a step stops after beyond the instructions: further rounds of rep instructions.
  std::uint64_t repetitions() const { return repetitions_; }
  const std::map<ThreadId, OfThread>& threads() const { return threads_; }
  /// By path of the file.
  std::map<std::string, std::uint64_t> modules() const;
  bool at_limit() const { return instructions_ >= limit_; }

 private:
  bool executed(Thread& thread, Address executed, Address next) override;
  void executed_last(const Thread& thread, Address at) override;
  void repeated(Thread&, Address) override { ++repetitions_; }
  void count(const Thread& thread, Address at);
  void become(const Thread& thread);

  std::uint64_t limit_;
  std::uint64_t instructions_ = 0, repetitions_ = 0;
  CodeMap code_;
  std::vector<std::uint64_t> modules_;  // by number
  std::map<ThreadId, OfThread> threads_;
  // Of the instruction counted last: most have the same.
  ThreadId thread_;
  OfThread* of_thread_ = nullptr;
  CodeMap::Region region_;
};

}  // namespace target::observers
