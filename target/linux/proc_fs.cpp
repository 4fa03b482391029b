#include "target/linux/proc_fs.hpp"

#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>

#include "target/linux/file_descriptor.hpp"

namespace target::linux {
namespace {

std::string proc(Pid pid, const char* file) {
  return "/proc/" + std::to_string(pid.value) + "/" + file;
}

std::string task(ThreadId id, const char* file) {
  return "/proc/" + std::to_string(id.pid.value) + "/task/" + std::to_string(id.tid.value) + "/" + file;
}

template <class T>
T number(std::string_view text, int base = 10) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

std::string_view line_after(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  text = text.substr(0, text.find('\n'));
  const auto start = text.find_first_not_of(" \t");
  return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

// Fields of /proc/PID/task/TID/stat that follow the name, which may itself hold spaces and parentheses.
std::vector<std::string_view> stat_fields_after_name(std::string_view stat) {
  std::vector<std::string_view> fields;
  const auto close = stat.rfind(')');
  if (close == std::string_view::npos) return fields;
  stat.remove_prefix(std::min(close + 2, stat.size()));
  while (!stat.empty()) {
    const auto space = stat.find(' ');
    fields.push_back(stat.substr(0, space));
    stat.remove_prefix(space == std::string_view::npos ? stat.size() : space + 1);
  }
  return fields;
}

std::string_view take_word(std::string_view& line) {
  const auto space = line.find(' ');
  const auto word = line.substr(0, space);
  line.remove_prefix(space == std::string_view::npos ? line.size() : space + 1);
  return word;
}

// The parts that tell the kind of a program are at the same place in both classes.
std::optional<Elf32_Ehdr> elf_header(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  Elf32_Ehdr header{};
  if (!file || pread(file.get(), &header, sizeof header, 0) != sizeof header) return std::nullopt;
  return header;
}

// "1000\t1000\t..."
std::pair<int, int> real_and_effective(std::string_view ids) {
  const auto gap = ids.find('\t');
  return {number<int>(ids.substr(0, gap)), gap == std::string_view::npos ? -1 : number<int>(ids.substr(gap + 1))};
}

}  // namespace

Result<std::string> read_proc_file(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return system_failure("open " + path);
  std::string text;
  for (std::size_t size = 0;;) {
    text.resize(size + 4096);
    const auto got = read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read " + path);
    size += static_cast<std::size_t>(got);
    if (got == 0) {
      text.resize(size);
      return text;
    }
  }
}

Result<std::vector<Tid>> threads_of(Pid pid) {
  const auto path = proc(pid, "task");
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(path.c_str()), closedir);
  if (!folder) return system_failure("list the threads of process " + std::to_string(pid.value));
  std::vector<Tid> threads;
  while (const dirent* entry = readdir(folder.get()))
    if (entry->d_name[0] != '.') threads.push_back(Tid{number<int>(entry->d_name)});
  return threads;
}

std::optional<TaskStatus> task_status(Tid tid) {
  const auto text = read_proc_file(proc(Pid{tid.value}, "status"));
  if (!text || text->empty()) return std::nullopt;
  TaskStatus status;
  status.name = line_after(*text, "Name:");
  const auto state = line_after(*text, "\nState:");
  if (!state.empty()) status.state = state.front();
  status.process = Pid{number<int>(line_after(*text, "\nTgid:"))};
  status.parent = Pid{number<int>(line_after(*text, "\nPPid:"))};
  status.tracer = Pid{number<int>(line_after(*text, "\nTracerPid:"))};
  std::tie(status.user, status.effective_user) = real_and_effective(line_after(*text, "\nUid:"));
  std::tie(status.group, status.effective_group) = real_and_effective(line_after(*text, "\nGid:"));
  return status;
}

SignalSet handled_signals(Pid pid) {
  const auto text = read_proc_file(proc(pid, "status"));
  return SignalSet::of_mask(text ? number<std::uint64_t>(line_after(*text, "\nSigCgt:"), 16) : 0);
}

std::optional<char> task_state(ThreadId id) {
  const auto stat = read_proc_file(task(id, "stat"));
  if (!stat) return std::nullopt;
  const auto fields = stat_fields_after_name(*stat);
  if (fields.empty() || fields[0].empty()) return std::nullopt;
  return fields[0][0];
}

ThreadSummary thread_summary(ThreadId id) {
  constexpr std::size_t processor = 39 - 3;  // field 39 of proc_pid_stat(5); the state is field 3
  const auto stat = read_proc_file(task(id, "stat"));
  if (!stat) return {};
  ThreadSummary summary;
  const auto open = stat->find('(');
  const auto close = stat->rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return {};
  summary.name = stat->substr(open + 1, close - open - 1);
  const auto fields = stat_fields_after_name(*stat);
  if (fields.size() > processor) summary.processor = number<int>(fields[processor]);
  return summary;
}

std::optional<TaskDetails> task_details(ThreadId id) {
  const auto stat = read_proc_file(task(id, "stat"));
  const auto status = read_proc_file(task(id, "status"));
  if (!stat || !status) return std::nullopt;
  const auto fields = stat_fields_after_name(*stat);
  constexpr std::size_t nice = 19 - 3;  // proc_pid_stat(5) counts from 1, and the state is field 3
  if (fields.size() <= nice) return std::nullopt;
  const auto field = [&](std::size_t number_in_manual) { return fields[number_in_manual - 3]; };
  TaskDetails details;
  details.name = line_after(*status, "Name:");
  details.state = field(3).front();
  details.parent = number<int>(field(4));
  details.group = number<int>(field(5));
  details.session = number<int>(field(6));
  details.flags = number<std::uint64_t>(field(9));
  details.user_time = number<std::uint64_t>(field(14));
  details.system_time = number<std::uint64_t>(field(15));
  details.children_user_time = number<std::uint64_t>(field(16));
  details.children_system_time = number<std::uint64_t>(field(17));
  details.nice = number<int>(field(19));
  details.user = number<std::uint32_t>(line_after(*status, "\nUid:"));
  details.user_group = number<std::uint32_t>(line_after(*status, "\nGid:"));
  details.pending = number<std::uint64_t>(line_after(*status, "\nSigPnd:"), 16);
  details.blocked = number<std::uint64_t>(line_after(*status, "\nSigBlk:"), 16);
  return details;
}

std::string command_line(Pid pid) {
  auto text = read_proc_file(proc(pid, "cmdline")).value_or(std::string());
  while (!text.empty() && text.back() == '\0') text.pop_back();
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text;
}

Result<std::string> executable_of(Pid pid) {
  std::string path(4096, '\0');
  const auto length = readlink(proc(pid, "exe").c_str(), path.data(), path.size());
  if (length < 0) return system_failure("find the program of process " + std::to_string(pid.value));
  path.resize(static_cast<std::size_t>(length));
  constexpr std::string_view deleted = " (deleted)";
  if (path.ends_with(deleted)) path.resize(path.size() - deleted.size());
  return path;
}

Result<std::string> read_auxv(Pid pid) { return read_proc_file(proc(pid, "auxv")); }

bool filters_system_calls(Tid tid) {
  const auto status = read_proc_file("/proc/" + std::to_string(tid.value) + "/status");
  return !status || !line_after(*status, "Seccomp:").starts_with('0');
}

std::optional<bool> is_32_bit(Pid pid) {
  auto header = elf_header(proc(pid, "exe"));
  // A leader that has exited has no program any more; its other threads do.
  if (!header)
    for (const Tid tid : threads_of(pid).value_or(std::vector<Tid>()))
      if (!header) header = elf_header(task({pid, tid}, "exe"));
  if (!header) return std::nullopt;
  return header->e_ident[EI_CLASS] == ELFCLASS32 && header->e_machine == EM_386;
}

// 55d0-55d2 r-xp 00001000 08:01 1234   /usr/bin/cat
Mapping parse_mapping(std::string_view line) {
  Mapping mapping;
  const auto range = take_word(line);
  const auto dash = range.find('-');
  mapping.range.begin.value = number<std::uint64_t>(range.substr(0, dash), 16);
  mapping.range.end.value = number<std::uint64_t>(range.substr(dash + 1), 16);
  const auto permissions = take_word(line);
  if (permissions.size() == 4) {
    mapping.readable = permissions[0] == 'r';
    mapping.writable = permissions[1] == 'w';
    mapping.executable = permissions[2] == 'x';
    mapping.shared = permissions[3] == 's';
  }
  mapping.offset = number<std::uint64_t>(take_word(line), 16);
  take_word(line);
  take_word(line);
  const auto path = line.find_first_not_of(' ');
  if (path != std::string_view::npos) mapping.path = line.substr(path);
  return mapping;
}

Result<std::vector<Mapping>> mappings_of(Pid pid) {
  const auto text = read_proc_file(proc(pid, "maps"));
  if (!text) return tl::unexpected(text.error());
  std::vector<Mapping> mappings;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    mappings.push_back(parse_mapping(rest.substr(0, end)));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return mappings;
}

}  // namespace target::linux
