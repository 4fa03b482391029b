// Stands for target/linux/proc_fs.cpp.

#include "target/linux/proc_fs.hpp"

#include <unistd.h>

#include "tests/support/fake_kernel/kernel.hpp"

namespace target::linux {
namespace {

support::FakeKernel& kernel() { return support::FakeKernel::instance(); }

char letter(const support::FakeTask& task) {
  using State = support::FakeTask::State;
  if (task.state == State::Zombie) return 'Z';
  if (task.waits_for_vfork) return 'D';
  if (task.state == State::Running) return task.paused ? 'S' : 'R';
  return task.traced ? 't' : 'T';
}

}  // namespace

Result<std::string> read_proc_file(const std::string& path) { return system_failure("open " + path, ENOENT); }

Result<std::vector<Tid>> threads_of(Pid pid) {
  if (kernel().process(pid) == nullptr) return system_failure("list the threads", ENOENT);
  return kernel().tasks_of(pid);
}

std::optional<TaskStatus> task_status(Tid tid) {
  const auto* task = kernel().task(tid);
  if (task == nullptr) return std::nullopt;
  TaskStatus status;
  status.name = "fake";
  status.state = letter(*task);
  status.process = task->process->pid;
  status.parent = Pid{1};
  status.tracer = Pid{task->traced ? getpid() : 0};
  status.user = 0;
  return status;
}

std::optional<char> task_state(ThreadId id) {
  const auto* task = kernel().task(id.tid);
  return task == nullptr ? std::nullopt : std::optional(letter(*task));
}

ThreadSummary thread_summary(ThreadId id) {
  if (kernel().task(id.tid) == nullptr) return {};
  return {"fake", id.tid.value % 2};
}

std::optional<TaskDetails> task_details(ThreadId id) {
  const auto* task = kernel().task(id.tid);
  if (task == nullptr) return std::nullopt;
  TaskDetails details;
  details.name = "fake";
  details.state = letter(*task);
  return details;
}

std::string command_line(Pid) { return "fake"; }

Result<std::string> executable_of(Pid pid) {
  const auto* process = kernel().process(pid);
  if (process == nullptr) return system_failure("find the program", ENOENT);
  return process->path;
}

Result<std::string> read_auxv(Pid pid) {
  if (kernel().process(pid) == nullptr) return system_failure("read the auxiliary vector", ENOENT);
  return std::string(16, '\0');
}

bool filters_system_calls(Tid) { return kernel().filters_system_calls; }

std::optional<bool> is_32_bit(Pid pid) {
  const auto* process = kernel().process(pid);
  return process == nullptr ? std::nullopt : std::optional(kernel().narrow.contains(process->path));
}

Result<std::vector<Mapping>> mappings_of(Pid pid) {
  const auto* process = kernel().process(pid);
  if (process == nullptr) return system_failure("read the mappings", ENOENT);
  std::vector<Mapping> mappings;
  for (const auto& range : process->pages->ranges()) {
    const bool is_text = range.contains(support::text_base);
    const bool is_vdso = range.contains(support::vdso_base);
    mappings.push_back({range, true, !is_text, is_text, false, 0, is_vdso ? "[vdso]" : process->path});
  }
  return mappings;
}

}  // namespace target::linux
