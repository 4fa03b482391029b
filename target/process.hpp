#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "target/address_space.hpp"
#include "target/allocations.hpp"
#include "target/thread.hpp"
#include "target/trampolines/out_of_line.hpp"
#include "target/types/ids.hpp"
#include "target/types/syscall_filter.hpp"

namespace target {

enum class Origin { Launched, Attached };

/// A process under control: its threads and its memory.
class Process {
 public:
  Process(Pid pid, Origin origin, std::shared_ptr<AddressSpace> space, const RegisterLayout& layout)
      : pid_(pid), origin_(origin), layout_(&layout), space_(std::move(space)) {}

  Pid pid() const { return pid_; }
  Origin origin() const { return origin_; }
  /// Of its threads: what kind they are follows from the program, and an exec may change it.
  const RegisterLayout& layout() const { return *layout_; }
  AddressSpace& space() { return *space_; }
  const std::shared_ptr<AddressSpace>& shared_space() const { return space_; }
  /// A vfork child's memory is its parent's for a while.
  bool shares_space() const { return space_.use_count() > 1; }
  trampolines::OutOfLine& out_of_line() { return out_of_line_; }
  Allocations& allocations() { return allocations_; }

  /// A living thread: what /proc tells of a process is gone with a leader that has exited.
  Tid witness() const;
  /// Path of the program that runs, as the kernel names it.
  Result<std::string> executable() const;

  Thread& add_thread(Tid tid);
  void remove_thread(Tid tid);
  /// The leader had exited before anybody looked: the memory has to be reached through another thread.
  /// Of a fork, whose memory is a copy of its parent's.
  void inherit_copies(const Process& parent) { out_of_line_ = parent.out_of_line_; }
  void use_memory_of(Tid task) { space_ = std::make_shared<AddressSpace>(task); }
  /// execve: only `survivor` is left, and it is the leader now. The memory is new.
  void replace_image(Tid survivor);

  /// In order of their ids.
  const std::map<Tid, std::unique_ptr<Thread>>& threads() const { return threads_; }
  Thread* thread(Tid tid) const;
  bool any_running() const;
  Thread* leader() const { return thread(leader_of(pid_)); }

  /// False for a child whose birth the client has not been told of yet.
  bool announced = true;
  /// The system calls that the client wants to hear of; children inherit it.
  SyscallFilter syscalls;
  /// It runs under a filter of ours, which stops it at each entry that is wanted: no other call costs a stop. Children
  /// inherit it.
  bool seccomp_tells_entries = false;

 private:
  Pid pid_;
  Origin origin_;
  const RegisterLayout* layout_;
  std::shared_ptr<AddressSpace> space_;
  trampolines::OutOfLine out_of_line_;
  Allocations allocations_;
  std::map<Tid, std::unique_ptr<Thread>> threads_;
};

/// All processes under control; may be empty.
class ProcessTable {
 public:
  Process& add(Pid pid, Origin origin);
  /// A child; `shares_memory` says whether it is that of a vfork.
  Process& add_child(const Process& parent, Pid pid, bool shares_memory);
  void remove(Pid pid);
  Thread& add_thread(Process& process, Tid tid);
  void remove_thread(Thread& thread);
  void replace_image(Process& process, Tid survivor);

  bool empty() const { return processes_.empty(); }
  std::size_t size() const { return processes_.size(); }
  Process* find(Pid pid) const;
  /// O(1).
  Thread* find(Tid tid) const;
  const std::map<Pid, std::unique_ptr<Process>>& all() const { return processes_; }
  void for_each_thread(const std::function<void(Thread&)>& visit) const;

 private:
  std::map<Pid, std::unique_ptr<Process>> processes_;
  std::unordered_map<Tid, Thread*> index_;
};

}  // namespace target
