#include "target/core/snapshot.hpp"

#include "target/core/notes.hpp"

namespace target::core {
namespace {

/// The threads that have registers, `first` before the others.
Result<std::vector<Thread*>> threads_in_order(Process& process, Tid first) {
  std::vector<Thread*> threads;
  for (const auto& [tid, thread] : process.threads()) {
    if (thread->state() == Thread::State::Zombie) continue;
    if (auto stopped = thread->require_stopped(); !stopped) return tl::unexpected(stopped.error());
    threads.insert(tid == first ? threads.begin() : threads.end(), thread.get());
  }
  return threads;
}

tl::unexpected<Error> process_has_ended(const Process& process) {
  return failure(ESRCH, "write a core: process " + std::to_string(process.pid().value) + " has ended");
}

}  // namespace

Result<Snapshot> take_threads(Process& process, Tid first, const std::vector<linux::Mapping>& mappings) {
  const auto threads = threads_in_order(process, first);
  if (!threads) return tl::unexpected(threads.error());
  Snapshot snapshot;
  snapshot.wide = process.layout().word_bytes == sizeof(std::uint64_t);
  // The order is the kernel's: readers take what follows an NT_PRSTATUS for that thread's.
  const auto signal = threads->empty() ? Signal{} : stop_signal(*threads->front());
  for (Thread* thread : *threads) {
    const auto status = thread_status_note(*thread, signal);
    if (!status) continue;  // killed while it stood
    snapshot.notes += *status;
    if (snapshot.threads++ == 0) {
      snapshot.notes += process_notes(process);
      snapshot.notes += file_note(mappings, process.layout().word_bytes);
    }
    snapshot.notes += thread_notes(*thread);
  }
  if (snapshot.threads == 0 || mappings.empty()) return process_has_ended(process);
  return snapshot;
}

Result<Snapshot> take_snapshot(Process& process, Tid first, const Source& source) {
  const Pid witness{process.witness().value};
  const auto mappings = linux::detailed_mappings_of(witness);
  if (!mappings) return tl::unexpected(mappings.error());
  std::vector<linux::Mapping> plain;
  for (const auto& detailed : *mappings) plain.push_back(detailed.mapping);
  auto snapshot = take_threads(process, first, plain);
  if (snapshot) snapshot->regions = regions_of(*mappings, linux::core_filter(witness), source);
  return snapshot;
}

}  // namespace target::core
