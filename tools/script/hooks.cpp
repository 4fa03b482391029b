#include "tools/script/hooks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "target/process_info.hpp"
#include "tools/common/places.hpp"

namespace tools::script {

using namespace target;

namespace {

bool is_code(Pid pid, Address at) {
  const auto mappings = mappings_of(pid);
  return mappings && std::any_of(mappings->begin(), mappings->end(),
                                 [&](const Mapping& mapping) { return mapping.executable && mapping.range.contains(at); });
}

bool is_there(Process& process, AddressRange range) {
  std::byte byte{};
  for (const auto at : {range.begin, range.end - 1})
    if (!process.space().read(at, std::span(&byte, 1))) return false;
  return true;
}

}  // namespace

Result<Hooks::Id> Hooks::add(Process& process, Hook hook) {
  const Id id = hooks_.size();
  hooks_.push_back(std::move(hook));
  if (auto placed = place(process, id); !placed) {
    remove(id);
    return tl::unexpected(placed.error());
  }
  for (const auto& [pid, other] : inferiors_.processes())
    if (other.get() != &process && !placed_[pid].entry) (void)place(*other, id);
  const auto& added = hooks_[id];
  if (added.kind == Hook::Kind::Watchpoint) watchpoints_.push_back(id);
  if (added.kind == Hook::Kind::Signal) signals_[static_cast<std::size_t>(added.number)].push_back(id);
  if (added.kind == Hook::Kind::Syscall) {
    syscalls_.push_back(id);
    choose_syscalls();
  }
  return id;
}

bool Hooks::remove(Id id) {
  if (id >= hooks_.size() || hooks_[id].gone) return false;
  hooks_[id].gone = unswept_ = true;
  return true;
}

Result<std::vector<Address>> Hooks::places(Process& process, const Whereabouts& at) {
  if (at.location.empty()) return std::vector{at.number};
  const auto location = symbols::Location::parse(at.location);
  if (!location) return tl::unexpected(location.error());
  auto& symbols = book_.of(process.pid());
  if (auto found = symbols.find_all(*location)) return found;
  symbols.refresh();  // a library may have come since
  return symbols.find_all(*location);
}

Result<void> Hooks::place(Process& process, Id id) {
  if (hooks_[id].kind == Hook::Kind::Breakpoint) return place_breakpoint(process, id);
  return hooks_[id].kind == Hook::Kind::Watchpoint ? place_watchpoint(process, id) : Result<void>();
}

Result<void> Hooks::place_breakpoint(Process& process, Id id) {
  const auto found = places(process, hooks_[id].at);
  if (!found) return tl::unexpected(found.error());
  for (const auto at : *found)
    if (!is_code(process.pid(), at))
      return failure(EFAULT, fmt::format("there is no code at {:#x}; watch() is for data", at.value));
  for (const auto at : *found) {
    if (auto planted = plant(process, at); !planted) return planted;
    placed_[process.pid()].breakpoints[at].push_back(id);
  }
  return {};
}

Result<void> Hooks::place_watchpoint(Process& process, Id id) {
  const auto& hook = hooks_[id];
  const auto found = places(process, hook.at);
  if (!found) return tl::unexpected(found.error());
  if (found->size() > 1) return failure(EINVAL, "\"" + hook.at.location + "\" is in several places; name one of them by its address or module");
  const AddressRange range{found->front(), found->front() + hook.bytes};
  if (!is_there(process, range)) return failure(EFAULT, fmt::format("there is no memory for {} bytes at {:#x}", hook.bytes, range.begin.value));
  if (auto watched = process.space().watch_slots().watch(hook.access, range); !watched) return watched;
  placed_[process.pid()].watchpoints[id] = range;
  return {};
}

Result<void> Hooks::plant(Process& process, Address at) {
  auto planted = process.space().breakpoints().insert(at);
  if (planted) return {};
  return failure(planted.error().code, fmt::format("cannot put a breakpoint at {:#x}: {}", at.value, planted.error().message));
}

const std::vector<Hooks::Id>* Hooks::breakpoints(Pid pid, Address at) const {
  const auto process = placed_.find(pid);
  if (process == placed_.end()) return nullptr;
  const auto there = process->second.breakpoints.find(at);
  return there != process->second.breakpoints.end() ? &there->second : nullptr;
}

// A debug register tells where its piece of the range begins.
bool Hooks::watches(Id id, Pid pid, const WatchpointHit& hit) const {
  const auto process = placed_.find(pid);
  if (process == placed_.end() || hooks_[id].access != hit.kind) return false;
  const auto range = process->second.watchpoints.find(id);
  return range != process->second.watchpoints.end() && range->second.contains(hit.at);
}

void Hooks::sweep() {
  if (!unswept_) return;
  unswept_ = false;
  for (auto& [pid, placed] : placed_)
    if (Process* process = inferiors_.find(pid)) lift(*process, placed);
  const auto gone = [this](Id id) { return hooks_[id].gone; };
  std::erase_if(watchpoints_, gone);
  for (auto& of_one : signals_) std::erase_if(of_one, gone);
  std::erase_if(syscalls_, gone);
  choose_syscalls();
}

void Hooks::lift(Process& process, Placed& placed) {
  const auto gone = [this](Id id) { return hooks_[id].gone; };
  for (auto& [at, ids] : placed.breakpoints) {
    std::erase_if(ids, gone);
    if (ids.empty()) process.space().breakpoints().remove(at);
  }
  std::erase_if(placed.breakpoints, [](const auto& there) { return there.second.empty(); });
  auto& slots = process.space().watch_slots();
  for (const auto& [id, range] : placed.watchpoints)
    if (gone(id)) slots.unwatch(hooks_[id].access, range);
  std::erase_if(placed.watchpoints, [&](const auto& one) { return gone(one.first); });
  // Two hooks may have watched the same.
  for (const auto& [id, range] : placed.watchpoints) (void)slots.watch(hooks_[id].access, range);
}

void Hooks::choose_syscalls() {
  std::vector<int> numbers;
  bool any = false;
  for (const auto id : syscalls_) {
    any |= hooks_[id].number == any_number;
    numbers.push_back(hooks_[id].number);
  }
  auto filter = syscalls_.empty() ? SyscallFilter::none() : any ? SyscallFilter::all() : SyscallFilter::only(numbers);
  for (const auto& [pid, process] : inferiors_.processes()) process->syscalls = filter;
}

void Hooks::born(const Process& parent, const Process& child) { placed_[child.pid()] = placed_[parent.pid()]; }

void Hooks::replaced(Process& process) {
  auto& placed = placed_[process.pid()] = {};
  book_.forget(process.pid());
  const auto entry = entry_of(process);
  if (entry && plant(process, *entry)) placed.entry = *entry;
}

bool Hooks::begins(Process& process, Address at) {
  auto& placed = placed_[process.pid()];
  if (placed.entry != at) return false;
  placed.entry.reset();
  for (Id id = 0; id < hooks_.size(); ++id)
    if (!hooks_[id].gone && !hooks_[id].at.location.empty()) (void)place(process, id);
  return true;
}

void Hooks::withdraw() {
  for (const auto& [pid, process] : inferiors_.processes()) {
    process->space().breakpoints().remove_all();
    process->space().watch_slots().clear();
    process->syscalls = SyscallFilter::none();
  }
}

}  // namespace tools::script
