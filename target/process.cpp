#include "target/process.hpp"

#include <algorithm>

#include "target/arch/amd64/register_table.hpp"
#include "target/arch/i386/register_table.hpp"
#include "target/linux/proc_fs.hpp"
#include "target/linux/ptrace.hpp"

namespace target {
namespace {

// A program that may be executed but not read does not show its kind; its code segment does.
bool runs_32_bit_code(Pid pid) {
  if (const auto known = linux::is_32_bit(pid)) return *known;
  return linux::code_is_32_bit(leader_of(pid)).value_or(false);
}

const RegisterLayout& layout_for(Pid pid) {
  return runs_32_bit_code(pid) ? arch::i386::register_layout() : arch::amd64::register_layout();
}

}  // namespace

Tid Process::witness() const {
  for (const auto& [tid, thread] : threads_)
    if (thread->state() != Thread::State::Zombie) return tid;
  return leader_of(pid_);
}

Result<std::string> Process::executable() const { return linux::executable_of(Pid{witness().value}); }

Thread& Process::add_thread(Tid tid) {
  auto& slot = threads_[tid];
  if (!slot) slot = std::make_unique<Thread>(ThreadId{pid_, tid}, *this, *layout_);
  return *slot;
}

void Process::remove_thread(Tid tid) { threads_.erase(tid); }

void Process::replace_image(Tid survivor) {
  auto node = threads_.extract(survivor);
  threads_.clear();
  space_ = std::make_shared<AddressSpace>(leader_of(pid_));
  out_of_line_ = {};
  layout_ = &layout_for(pid_);
  if (node.empty()) return;
  node.key() = leader_of(pid_);
  node.mapped()->renumbered({pid_, leader_of(pid_)}, *layout_);
  threads_.insert(std::move(node));
}

Thread* Process::thread(Tid tid) const {
  const auto found = threads_.find(tid);
  return found == threads_.end() ? nullptr : found->second.get();
}

bool Process::any_running() const {
  return std::any_of(threads_.begin(), threads_.end(),
                     [](const auto& entry) { return entry.second->running(); });
}

Process& ProcessTable::add(Pid pid, Origin origin) {
  auto& slot = processes_[pid];
  slot = std::make_unique<Process>(pid, origin, std::make_shared<AddressSpace>(leader_of(pid)),
                                   layout_for(pid));
  return *slot;
}

Process& ProcessTable::add_child(const Process& parent, Pid pid, bool shares_memory) {
  const auto& space = parent.shared_space();
  auto& slot = processes_[pid];
  slot = std::make_unique<Process>(
      pid, parent.origin(),
      shares_memory ? space : std::make_shared<AddressSpace>(leader_of(pid), *space), parent.layout());
  slot->syscalls = parent.syscalls;
  slot->seccomp_tells_entries = parent.seccomp_tells_entries;
  if (!shares_memory) slot->inherit_copies(parent);
  return *slot;
}

void ProcessTable::remove(Pid pid) {
  const auto found = processes_.find(pid);
  if (found == processes_.end()) return;
  for (const auto& [tid, thread] : found->second->threads()) index_.erase(tid);
  processes_.erase(found);
}

Thread& ProcessTable::add_thread(Process& process, Tid tid) {
  Thread& thread = process.add_thread(tid);
  index_[tid] = &thread;
  return thread;
}

void ProcessTable::remove_thread(Thread& thread) {
  const auto tid = thread.id().tid;
  index_.erase(tid);
  thread.process().remove_thread(tid);
}

void ProcessTable::replace_image(Process& process, Tid survivor) {
  for (const auto& [tid, thread] : process.threads()) index_.erase(tid);
  process.replace_image(survivor);
  for (const auto& [tid, thread] : process.threads()) index_[tid] = thread.get();
}

Process* ProcessTable::find(Pid pid) const {
  const auto found = processes_.find(pid);
  return found == processes_.end() ? nullptr : found->second.get();
}

Thread* ProcessTable::find(Tid tid) const {
  const auto found = index_.find(tid);
  return found == index_.end() ? nullptr : found->second;
}

void ProcessTable::for_each_thread(const std::function<void(Thread&)>& visit) const {
  for (const auto& [pid, process] : processes_)
    for (const auto& [tid, thread] : process->threads()) visit(*thread);
}

}  // namespace target
