#include "server/client.hpp"

namespace server {
namespace {

using Match = target::ThreadSelector::Match;

target::Thread* first_thread(const target::Process& process) {
  for (const auto& [tid, thread] : process.threads())
    if (thread->state() != target::Thread::State::Zombie) return thread.get();
  return nullptr;
}

tl::unexpected<target::Error> no_process() {
  return target::failure(ESRCH, "no process is being debugged; use run or attach");
}

}  // namespace

const std::vector<MonitorTool>& Console::monitor_tools() const {
  static const std::vector<MonitorTool> none;
  return none;
}

target::Result<void> Console::type(target::Pid pid, std::string_view) {
  return target::failure(ENOTTY, "process " + std::to_string(pid.value) + " has no terminal of this server's to read from");
}

void Client::have_agreed() {
  const bool lldb = features.dialect == protocol::Dialect::Lldb;
  auto& wishes = inferiors.wishes();
  // lldb has no term for it, and hears of every exec.
  wishes.exec_events = features.exec_events || lldb;
  // Without process ids a client could not tell a child from its parent.
  wishes.fork_events = features.fork_events && features.multiprocess;
  wishes.vfork_events = features.vfork_events && features.multiprocess;
  wishes.all_at_once = lldb;
  // gdb that reads swbreak wants to find the pc on the int3 it stopped at, whoever put that there.
  inferiors.set_claims_foreign_traps(features.swbreak && !lldb);
}

void Client::speaks_lldb() {
  speak(features, protocol::Dialect::Lldb);
  have_agreed();
}

const target::StopEvent& Client::chose(target::Process& process) {
  general = resumed = {};
  last_stop = target::StopEvent{{process.pid(), target::leader_of(process.pid())}, target::Quiet{}};
  return *last_stop;
}

target::Result<target::Thread*> Client::choose(const target::ThreadSelector& selector) const {
  if (inferiors.empty()) return no_process();
  if (selector.thread_match == Match::One) {
    if (auto* thread = inferiors.find(selector.tid); thread && selector.matches(thread->id())) return thread;
    return target::failure(ESRCH, "the chosen thread " + std::to_string(selector.tid.value) + " has exited");
  }
  if (last_stop)
    if (auto* thread = inferiors.find(last_stop->thread); thread && selector.matches(thread->id()))
      return thread;
  for (const auto& [pid, process] : inferiors.processes())
    if (selector.process_match != Match::One || selector.pid == pid)
      if (auto* thread = first_thread(*process)) return thread;
  return no_process();
}

target::Result<target::Thread*> Client::stopped_thread(const target::ThreadSelector& selector) const {
  const auto chosen = choose(selector);
  if (!chosen) return chosen;
  if (auto stopped = (*chosen)->require_stopped(); !stopped) return tl::unexpected(stopped.error());
  return chosen;
}

target::Result<target::Thread*> Client::thread_to_resume() const {
  return choose(resumed.thread_match == Match::One ? resumed : general);
}

std::vector<target::Thread*> Client::threads() const {
  std::vector<target::Thread*> visible;
  for (const auto& [pid, process] : inferiors.processes()) {
    if (!process->announced) continue;
    for (const auto& [tid, thread] : process->threads())
      if (thread->state() != target::Thread::State::Zombie) visible.push_back(thread.get());
  }
  return visible;
}

target::Result<target::Process*> Client::process() const {
  const auto chosen = thread();
  if (chosen) return &(*chosen)->process();
  // A thread that has exited still tells which process was meant.
  if (auto* process = inferiors.find(general.pid); process != nullptr) return process;
  if (!inferiors.empty()) return inferiors.processes().begin()->second.get();
  return tl::unexpected(chosen.error());
}

target::Tid Client::thread_of_interest(const target::Process& process) const {
  const auto* stopped = last_stop ? inferiors.find(last_stop->thread) : nullptr;
  return stopped != nullptr && &stopped->process() == &process ? stopped->id().tid : process.witness();
}

}  // namespace server
