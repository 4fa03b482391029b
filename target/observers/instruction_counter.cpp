#include "target/observers/instruction_counter.hpp"

#include "target/linux/proc_fs.hpp"
#include "target/thread.hpp"

namespace target::observers {

bool InstructionCounter::executed(Thread& thread, Address executed, Address) {
  count(thread, executed);
  return at_limit();
}

// An exec has replaced what was mapped.
void InstructionCounter::executed_last(const Thread& thread, Address at) {
  count(thread, at);
  code_.forget(thread.id().pid);
  region_ = {};
}

void InstructionCounter::become(const Thread& thread) {
  thread_ = thread.id();
  const auto [known, is_new] = threads_.try_emplace(thread_);
  of_thread_ = &known->second;
  if (is_new) of_thread_->name = linux::thread_summary(thread_).name;
  region_ = {};
}

void InstructionCounter::count(const Thread& thread, Address at) {
  if (of_thread_ == nullptr || thread_ != thread.id()) become(thread);
  if (!region_.range.contains(at)) {
    region_ = code_.find(thread_.pid, at);
    modules_.resize(code_.modules());
  }
  ++modules_[region_.module];
  ++of_thread_->instructions;
  ++instructions_;
}

std::map<std::string, std::uint64_t> InstructionCounter::modules() const {
  std::map<std::string, std::uint64_t> counts;
  for (std::size_t module = 0; module < modules_.size(); ++module)
    if (modules_[module] > 0) counts[code_.name(module)] = modules_[module];
  return counts;
}

}  // namespace target::observers
