#include "target/core/notes.hpp"

#include <elf.h>
#include <sys/user.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "target/arch/amd64/extended_state.hpp"
#include "target/core/regions.hpp"
#include "target/linux/ptrace.hpp"

namespace target::core {
namespace {

constexpr std::string_view core_name = "CORE";
constexpr std::string_view linux_name = "LINUX";

template <class T>
std::string_view view_of(const T& object) {
  return {reinterpret_cast<const char*>(&object), sizeof object};
}

// struct user_regs_struct of an i386 kernel
struct Registers32 {
  std::uint32_t ebx, ecx, edx, esi, edi, ebp, eax, ds, es, fs, gs, orig_eax, eip, cs, eflags, esp, ss;
};

template <class Word>
struct Time {
  Word seconds, microseconds;
};

// struct elf_prstatus
template <class Word, class Registers>
struct ThreadStatus {
  std::int32_t signal, code, error;
  std::int16_t current_signal;
  Word pending, blocked;
  std::int32_t thread, parent, group, session;
  Time<Word> user, system, children_user, children_system;
  Registers registers;
  std::int32_t float_valid;
};
using ThreadStatus64 = ThreadStatus<std::uint64_t, user_regs_struct>;
using ThreadStatus32 = ThreadStatus<std::uint32_t, Registers32>;
static_assert(sizeof(ThreadStatus64) == 336 && sizeof(ThreadStatus32) == 144);

// struct elf_prpsinfo
template <class Word, class UserId>
struct ProcessStatus {
  char state, state_letter, zombie, nice;
  Word flags;
  UserId user, user_group;
  std::int32_t process, parent, group, session;
  char name[16];
  char arguments[80];
};
using ProcessStatus64 = ProcessStatus<std::uint64_t, std::uint32_t>;
using ProcessStatus32 = ProcessStatus<std::uint32_t, std::uint16_t>;
static_assert(sizeof(ProcessStatus64) == 136 && sizeof(ProcessStatus32) == 124);

std::uint32_t low(unsigned long long value) { return static_cast<std::uint32_t>(value); }

void convert(const user_regs_struct& from, user_regs_struct& to) { to = from; }
void convert(const user_regs_struct& from, Registers32& to) {
  to = {low(from.rbx), low(from.rcx), low(from.rdx),      low(from.rsi), low(from.rdi), low(from.rbp),
        low(from.rax), low(from.ds),  low(from.es),       low(from.fs),  low(from.gs),  low(from.orig_rax),
        low(from.rip), low(from.cs),  low(from.eflags), low(from.rsp), low(from.ss)};
}

template <class Word>
Time<Word> time_of(std::uint64_t ticks) {
  static const auto a_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  return {static_cast<Word>(ticks / a_second), static_cast<Word>(ticks % a_second * 1'000'000 / a_second)};
}

template <class Status>
Status status_of(const Thread& thread, Signal signal, const user_regs_struct& registers) {
  using Word = decltype(Status::pending);
  Status status;
  std::memset(&status, 0, sizeof status);
  status.signal = signal.number;
  status.current_signal = static_cast<std::int16_t>(status.signal);
  status.thread = thread.id().tid.value;
  if (const auto details = linux::task_details(thread.id())) {
    status.pending = static_cast<Word>(details->pending);
    status.blocked = static_cast<Word>(details->blocked);
    status.parent = details->parent;
    status.group = details->group;
    status.session = details->session;
    status.user = time_of<Word>(details->user_time);
    status.system = time_of<Word>(details->system_time);
    status.children_user = time_of<Word>(details->children_user_time);
    status.children_system = time_of<Word>(details->children_system_time);
  }
  convert(registers, status.registers);
  status.float_valid = 1;
  return status;
}

template <class Status>
Status status_of(const Process& process, const linux::TaskDetails& details) {
  constexpr std::string_view states = "RSDTZW";
  Status status;
  std::memset(&status, 0, sizeof status);
  // A stop of ours is not the program's.
  status.state_letter = details.state == 't' ? 'T' : details.state;
  status.state = static_cast<char>(std::max<int>(0, static_cast<int>(states.find(status.state_letter))));
  status.zombie = status.state_letter == 'Z';
  status.nice = static_cast<char>(details.nice);
  status.flags = static_cast<decltype(status.flags)>(details.flags);
  status.user = static_cast<decltype(status.user)>(details.user);
  status.user_group = static_cast<decltype(status.user)>(details.user_group);
  status.process = process.pid().value;
  status.parent = details.parent;
  status.group = details.group;
  status.session = details.session;
  details.name.copy(status.name, sizeof status.name - 1);
  linux::command_line(Pid{process.witness().value}).copy(status.arguments, sizeof status.arguments - 1);
  return status;
}

bool is_wide(const Process& process) { return process.layout().word_bytes == sizeof(std::uint64_t); }

std::string extended_state(Tid tid) {
  std::vector<std::byte> area(arch::amd64::extended_state_bytes());
  area.resize(linux::get_extended_state(tid, area).value_or(0));
  const auto common = arch::amd64::in_common_layout(area);
  return {reinterpret_cast<const char*>(common.data()), common.size()};
}

// A set that the thread does not have is left out, as the kernel does.
void append_register_set(std::string& notes, Tid tid, std::string_view name, std::uint32_t type, std::size_t bytes) {
  std::string content(bytes, '\0');
  const auto got = linux::get_register_set(tid, type, std::as_writable_bytes(std::span(content)));
  if (got && *got == bytes) append_note(notes, name, type, content);
}

template <class Word>
void append_word(std::string& out, std::uint64_t value) {
  const auto word = static_cast<Word>(value);
  out += view_of(word);
}

// count, size of a page, then begin, end and page offset of each, then their names
template <class Word>
std::string file_table(const std::vector<linux::Mapping>& mappings) {
  std::string table, names;
  std::uint64_t count = 0;
  for (const auto& mapping : mappings) {
    if (!mapping.path.starts_with('/')) continue;
    ++count;
    append_word<Word>(table, mapping.range.begin.value);
    append_word<Word>(table, mapping.range.end.value);
    append_word<Word>(table, mapping.offset / page_bytes);
    names += mapping.path;
    names.push_back('\0');
  }
  std::string head;
  append_word<Word>(head, count);
  append_word<Word>(head, page_bytes);
  return head + table + names;
}

}  // namespace

// Both classes of files have the same note header, and pad to 4 bytes.
void append_note(std::string& notes, std::string_view name, std::uint32_t type, std::string_view content) {
  const Elf64_Nhdr header{static_cast<std::uint32_t>(name.size() + 1), static_cast<std::uint32_t>(content.size()),
                          type};
  const auto pad = [&] { notes.resize((notes.size() + 3) / 4 * 4); };
  notes += view_of(header);
  notes += name;
  notes.push_back('\0');
  pad();
  notes += content;
  pad();
}

Signal stop_signal(const Thread& thread) {
  const auto& cause = thread.reported ? thread.reported : thread.pending;
  if (!cause) return {};
  if (const auto* stop = std::get_if<SignalStop>(&*cause)) return stop->signal;
  const bool trapped = std::holds_alternative<SoftwareBreakpointHit>(*cause) ||
                       std::holds_alternative<HardwareBreakpointHit>(*cause) ||
                       std::holds_alternative<WatchpointHit>(*cause) || std::holds_alternative<StepDone>(*cause);
  return trapped ? Signal{SIGTRAP} : Signal{};
}

Result<std::string> thread_status_note(Thread& thread, Signal signal) {
  const auto tid = thread.id().tid;
  // What we have changed and the kernel does not know yet.
  if (auto flushed = thread.registers().flush(); !flushed) return tl::unexpected(flushed.error());
  user_regs_struct registers{};
  auto read = linux::get_general_registers(tid, std::as_writable_bytes(std::span(&registers, 1)));
  if (!read) return tl::unexpected(read.error());
  std::string notes;
  if (is_wide(thread.process()))
    append_note(notes, core_name, NT_PRSTATUS, view_of(status_of<ThreadStatus64>(thread, signal, registers)));
  else
    append_note(notes, core_name, NT_PRSTATUS, view_of(status_of<ThreadStatus32>(thread, signal, registers)));
  return notes;
}

std::string thread_notes(Thread& thread) {
  constexpr std::size_t fxsave_bytes = 512, i387_bytes = 108, tls_bytes = 3 * 16;
  const auto tid = thread.id().tid;
  std::string notes;
  const auto state = extended_state(tid);
  const auto fxsave = std::string_view(state).substr(0, fxsave_bytes);
  const bool wide = is_wide(thread.process());
  if (wide && !fxsave.empty()) append_note(notes, core_name, NT_PRFPREG, fxsave);
  if (!wide) append_register_set(notes, tid, core_name, NT_PRFPREG, i387_bytes);
  if (!wide && !fxsave.empty()) append_note(notes, linux_name, NT_PRXFPREG, fxsave);
  if (!state.empty()) append_note(notes, linux_name, NT_X86_XSTATE, state);
  if (!wide) append_register_set(notes, tid, linux_name, NT_386_TLS, tls_bytes);
  if (!stop_signal(thread)) return notes;
  if (const auto info = thread.siginfo_of_program()) append_note(notes, core_name, NT_SIGINFO, view_of(*info));
  return notes;
}

std::string process_notes(const Process& process) {
  const auto witness = process.witness();
  std::string notes;
  if (const auto details = linux::task_details({process.pid(), witness})) {
    if (is_wide(process))
      append_note(notes, core_name, NT_PRPSINFO, view_of(status_of<ProcessStatus64>(process, *details)));
    else
      append_note(notes, core_name, NT_PRPSINFO, view_of(status_of<ProcessStatus32>(process, *details)));
  }
  if (const auto auxv = linux::read_auxv(Pid{witness.value})) append_note(notes, core_name, NT_AUXV, *auxv);
  return notes;
}

std::string file_note(const std::vector<linux::Mapping>& mappings, std::size_t word_bytes) {
  std::string notes;
  append_note(notes, core_name, NT_FILE,
              word_bytes == sizeof(std::uint64_t) ? file_table<std::uint64_t>(mappings)
                                                  : file_table<std::uint32_t>(mappings));
  return notes;
}

}  // namespace target::core
