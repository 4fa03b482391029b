#include "tools/syscalls/selection.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>

#include "target/syscall_names.hpp"
#include "tools/syscalls/shapes.hpp"

namespace tools::syscalls {

using namespace target;

namespace {

using Names = std::set<std::string, std::less<>>;

struct NamedSet {
  std::string_view name;
  /// Calls that take an argument of one of these kinds ...
  std::vector<std::string_view> kinds;
  /// ... and these.
  std::vector<std::string_view> calls;
};

const std::array<NamedSet, 7>& named_sets() {
  static const std::array<NamedSet, 7> sets{
      NamedSet{"%file", {"path", "path_out"}, {}},
      NamedSet{"%desc", {"fd", "directory", "two_fds_out", "polled_out", "descriptors"}, {"epoll_create", "epoll_create1", "memfd_create", "eventfd2", "socket"}},
      NamedSet{"%network", {"peer", "peer_out", "message", "message_out", "family", "message_flags", "level"}, {"listen", "shutdown"}},
      NamedSet{"%process", {"clone_flags", "clone_args", "wait_status_out"}, {"fork", "vfork", "execve", "execveat", "exit", "exit_group", "waitid", "kill", "tkill", "tgkill", "pidfd_send_signal"}},
      NamedSet{"%memory", {"protection", "memory_advice", "remap_flags", "sync_flags"}, {"munmap", "brk", "mlock", "munlock", "mincore", "shmat", "shmdt"}},
      NamedSet{"%signal", {"signal", "signals", "signals_out", "action"}, {"rt_sigreturn", "sigaltstack", "pause"}},
      NamedSet{"%ipc", {"ipc", "ipc_flags"}, {"shmat", "shmdt", "semop", "semtimedop"}}};
  return sets;
}

Result<Names> names_of_set(std::string_view name) {
  const auto& sets = named_sets();
  const auto found = std::find_if(sets.begin(), sets.end(), [name](const NamedSet& set) { return set.name == name; });
  if (found == sets.end()) {
    std::string known;
    for (const auto& set : sets) known.append(" ").append(set.name);
    return failure(EINVAL, "no set of system calls is called " + std::string(name) + "; there are" + known);
  }
  Names names(found->calls.begin(), found->calls.end());
  for (const auto& shape : all_shapes())
    if (std::any_of(found->kinds.begin(), found->kinds.end(), [&](auto kind) { return shape.takes(kind); })) names.insert(shape.name);
  return names;
}

Result<Names> names_of(std::string_view word) {
  if (word.starts_with('%')) return names_of_set(word);
  for (const auto table : {SystemCallTable::Amd64, SystemCallTable::I386})
    if (syscall_number(word, table)) return Names{std::string(word)};
  return failure(EINVAL, "no system call is called \"" + std::string(word) + "\"; see syscalls(2) for their names");
}

}  // namespace

Result<Selection> Selection::parse(std::string_view text) {
  Selection selection;
  if (text.empty()) return selection;
  const bool turned = text.starts_with('!');
  if (turned) text.remove_prefix(1);
  Names named;
  for (;;) {
    const auto comma = std::min(text.find(','), text.size());
    auto names = names_of(text.substr(0, comma));
    if (!names) return tl::unexpected(names.error());
    named.merge(*names);
    if (comma == text.size()) break;
    text.remove_prefix(comma + 1);
  }
  selection.everything_ = false;
  if (!turned) {
    selection.names_ = std::move(named);
    return selection;
  }
  const auto all = all_syscall_names();
  std::copy_if(all.begin(), all.end(), std::inserter(selection.names_, selection.names_.end()),
               [&named](const std::string& name) { return !named.contains(name); });
  return selection;
}

}  // namespace tools::syscalls
