#include "target/inferiors.hpp"

#include "target/attachable.hpp"
#include "target/core/dump.hpp"
#include "target/linux/proc_fs.hpp"
#include "target/linux/send_signal.hpp"
#include "target/linux/ptrace.hpp"
#include "target/linux/remote_call.hpp"

namespace target {
namespace {

constexpr std::chrono::milliseconds stop_patience{2000};

// Why a thread other than the leader may refuse: it has gone meanwhile, or is traced by us from birth.
bool needs_no_seizing(Tid tid) {
  const auto status = linux::task_status(tid);
  return !status || status->state == 'Z' || status->state == 'X' || status->tracer.value == getpid();
}

}  // namespace

Result<std::unique_ptr<Inferiors>> Inferiors::create() {
  auto events = linux::ChildEvents::open();
  if (!events) return tl::unexpected(events.error());
  return std::unique_ptr<Inferiors>(new Inferiors(std::move(*events)));
}

Thread* Inferiors::find(ThreadId id) const {
  Thread* thread = table_.find(id.tid);
  return thread != nullptr && thread->id().pid == id.pid ? thread : nullptr;
}

Result<LaunchOutcome> Inferiors::launch(const LaunchSpec& spec) {
  auto launched = linux::launch(spec, events_);
  if (!launched) return tl::unexpected(launched.error());
  Process& process = table_.add(launched->pid, Origin::Launched);
  process.seccomp_tells_entries = !spec.stops_at_calls.empty();
  Thread& leader = table_.add_thread(process, leader_of(launched->pid));
  leader.stopped_now();
  leader.system_call = SystemCallState::AtExec;
  scheduler_.adopt(leader);
  return LaunchOutcome{&process, launched->still_randomized, std::move(launched->terminal)};
}

// Threads may come and go while we look, so the list is read until a pass finds nobody new. A thread that
// a seized one has created since is traced from birth; its parent's event announces it.
Result<void> Inferiors::seize_all_threads(Process& process) {
  for (bool found = true; found;) {
    found = false;
    const auto tids = linux::threads_of(process.pid());
    if (!tids) return tl::unexpected(tids.error());
    for (const Tid tid : *tids) {
      if (process.thread(tid) != nullptr) continue;
      const auto seized = linux::seize(tid, linux::Ending::OutlivesServer);
      const bool leads = tid == leader_of(process.pid());
      if (!seized && leads && linux::task_state({process.pid(), tid}) == 'Z') {
        table_.add_thread(process, tid).was_zombie();
        found = true;
        continue;
      }
      if (!seized && leads) return tl::unexpected(seized.error());
      if (!seized && (seized.error().code == ESRCH || needs_no_seizing(tid))) continue;
      if (!seized) return tl::unexpected(seized.error());
      Thread& thread = table_.add_thread(process, tid);
      scheduler_.adopt(thread);
      thread.interrupt();
      found = true;
    }
  }
  return {};
}

Result<Process*> Inferiors::attach(Pid pid) {
  if (table_.find(pid) != nullptr)
    return failure(EBUSY, "process " + std::to_string(pid.value) + " is being debugged here already");
  if (auto attachable = check_attachable(pid); !attachable) return tl::unexpected(attachable.error());
  Process& process = table_.add(pid, Origin::Attached);
  const auto seized = seize_all_threads(process);
  scheduler_.halt(stop_patience);
  if (table_.find(pid) == nullptr)
    return failure(ESRCH, "process " + std::to_string(pid.value) + " ended while we attached to it");
  if (!seized) {
    scheduler_.detach(process, program_signals_);
    return tl::unexpected(explain_refusal(pid, seized.error()));
  }
  if (process.witness() != leader_of(pid)) process.use_memory_of(process.witness());
  for (const auto& [tid, thread] : process.threads()) thread->scheduled = false;
  scheduler_.resume_halted();
  return &process;
}

Result<void> Inferiors::detach(Pid pid, After after) {
  Process* process = table_.find(pid);
  if (process == nullptr)
    return failure(ESRCH, "no process " + std::to_string(pid.value) + " is being debugged");
  if (!process->any_running()) {
    scheduler_.detach(*process, program_signals_, after);
    return {};
  }
  scheduler_.halt(stop_patience);
  process = table_.find(pid);
  if (process != nullptr) scheduler_.detach(*process, program_signals_, after);
  scheduler_.resume_halted();
  return {};
}

Result<Thread*> Inferiors::thread_for_calls(Process& process) {
  Thread* at_exec = nullptr;
  for (const auto& [tid, thread] : process.threads()) {
    if (!thread->stopped() || thread->group_stopped) continue;
    if (thread->system_call == SystemCallState::Outside) return thread.get();
    if (thread->system_call == SystemCallState::AtExec) at_exec = thread.get();
  }
  if (at_exec == nullptr)
    return failure(EBUSY, "no thread of process " + std::to_string(process.pid().value) +
                              " can make a system call now: each runs or stands in the middle of one; stop it elsewhere");
  if (auto out = linux::leave_exec(at_exec->id().tid, events_); !out) return tl::unexpected(out.error());
  at_exec->system_call = SystemCallState::Outside;
  return at_exec;
}

Result<Address> Inferiors::allocate(Process& process, std::uint64_t bytes, Permissions permissions) {
  const auto thread = thread_for_calls(process);
  if (!thread) return tl::unexpected(thread.error());
  (*thread)->in_signal_stop = true;
  return process.allocations().make((*thread)->id().tid, events_, bytes, permissions);
}

Result<void> Inferiors::release(Process& process, Address address) {
  const auto thread = thread_for_calls(process);
  if (!thread) return tl::unexpected(thread.error());
  (*thread)->in_signal_stop = true;
  return process.allocations().release((*thread)->id().tid, events_, address);
}

Result<core::Frozen> Inferiors::freeze(Process& process, Tid first, const core::Foresight& foresight) {
  if (!process.any_running()) return freeze_stopped(process, first, foresight);
  const Pid pid = process.pid();
  scheduler_.halt(stop_patience);
  Process* halted = table_.find(pid);
  auto frozen = halted != nullptr ? freeze_stopped(*halted, first, foresight)
                                  : failure(ESRCH, "process " + std::to_string(pid.value) + " has ended");
  scheduler_.resume_halted();
  return frozen;
}

Result<core::Frozen> Inferiors::freeze_stopped(Process& process, Tid first, const core::Foresight& foresight) {
  const auto caller = thread_for_calls(process);
  if (!caller) return tl::unexpected(caller.error());
  return core::Frozen::take(first, **caller, events_, foresight);
}

Result<std::chrono::microseconds> Inferiors::dismiss(core::Frozen frozen) {
  const auto call = frozen.copy().forgetting();
  frozen.copy().end();
  Process* process = table_.find(frozen.origin());
  if (process == nullptr) return linux::call_in_passing(frozen.origin(), events_, call);
  const auto begin = std::chrono::steady_clock::now();
  const bool runs = process->any_running();
  if (runs) scheduler_.halt(stop_patience);
  process = table_.find(frozen.origin());
  const auto called = process != nullptr ? call_in(*process, call) : Result<std::uint64_t>();
  if (runs) scheduler_.resume_halted();
  if (!called) return tl::unexpected(called.error());
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
}

Result<core::Summary> Inferiors::save_core(Process& process, Tid first, const core::Writing& write) {
  if (!process.any_running()) return core::dump(process, first, write);
  auto frozen = freeze(process, first, core::look_ahead(process.pid()));
  if (!frozen) return failure(EBUSY, "the process runs and cannot be copied: " + frozen.error().message + "; stop it first");
  auto snapshot = frozen->snapshot();
  auto written = snapshot ? write(std::move(*snapshot), frozen->source()) : tl::unexpected(snapshot.error());
  (void)dismiss(std::move(*frozen));
  return written;
}

Result<std::uint64_t> Inferiors::call_in(Process& process, const linux::RemoteCall& call) {
  const auto caller = thread_for_calls(process);
  if (!caller) return tl::unexpected(caller.error());
  const Tid tid = (*caller)->id().tid;
  const auto instruction = linux::find_syscall_instruction(tid);
  if (!instruction || linux::filters_system_calls(tid)) return failure(ENOTSUP, "no system call can be made in the program");
  (*caller)->in_signal_stop = true;
  return linux::call_in(tid, events_, *instruction, call);
}

void Inferiors::points_changed(Process& process) {
  if (scheduler_.halted()) return;
  process.space().breakpoints().commit();
  scheduler_.refresh_debug_registers(process);
}

Result<void> Inferiors::kill(Pid pid) {
  Process* process = table_.find(pid);
  if (process == nullptr)
    return failure(ESRCH, "no process " + std::to_string(pid.value) + " is being debugged");
  scheduler_.kill(*process);
  return {};
}

Result<void> Inferiors::signal(Pid pid, Signal signal) { return linux::send_signal(pid, signal); }

void Inferiors::collect() {
  events_.clear_descriptor();
  scheduler_.collect();
}

void Inferiors::let_go_of_all(AtTheEnd end) {
  scheduler_.halt(stop_patience);
  while (!table_.empty()) {
    Process& process = *table_.all().begin()->second;
    if (process.origin() == Origin::Launched && end == AtTheEnd::LaunchedDie)
      scheduler_.kill(process);
    else
      scheduler_.detach(process, program_signals_);
  }
  linux::take_terminal_back();
}

}  // namespace target
