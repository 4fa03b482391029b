#include "target/symbols/backtrace.hpp"

#include <array>
#include <cstring>

#include "target/process.hpp"
#include "target/symbols/implementation.hpp"

namespace target::symbols {

namespace {

// What libdwfl's callbacks work on.
struct Unwinding {
  Thread& thread;
  std::size_t at_most;
  std::optional<Address> begin;  // not where the thread is
  Backtrace result;
};

// libdwfl takes one set of callbacks for good, with one argument.
Unwinding& current(void* argument) {
  return *static_cast<Unwinding*>(static_cast<Symbols::Implementation*>(argument)->unwinding);
}

pid_t next_thread(Dwfl*, void* argument, void** state) {
  if (*state != nullptr) return 0;
  *state = argument;
  return current(argument).thread.id().tid.value;
}

std::optional<Dwarf_Word> read_word(Thread& thread, Address at) {
  const auto size = thread.process().layout().word_bytes;
  Dwarf_Word word = 0;
  const auto into = std::as_writable_bytes(std::span(&word, 1)).first(size);
  const auto got = thread.process().space().read(at, into);
  return got && *got == size ? std::optional(word) : std::nullopt;
}

bool read_memory(Dwfl*, Dwarf_Addr at, Dwarf_Word* result, void* argument) {
  const auto word = read_word(current(argument).thread, {at});
  if (word) *result = *word;
  return word.has_value();
}

std::optional<Dwarf_Word> register_value(Thread& thread, const RegisterSpec& spec) {
  Dwarf_Word value = 0;
  if (spec.bytes() > sizeof value) return std::nullopt;
  if (!thread.registers().read(spec, std::as_writable_bytes(std::span(&value, 1)).first(spec.bytes()))) return std::nullopt;
  return value;
}

// The return address is one of libdwfl's registers on this machine.
bool set_registers(Dwfl_Thread* dwfl_thread, void* argument) {
  constexpr int general = 17;
  auto& unwinding = current(argument);
  const auto& layout = unwinding.thread.registers().layout();
  for (const auto& spec : layout.registers) {
    if (spec.home != RegisterHome::General || spec.dwarf < 0 || spec.dwarf >= general) continue;
    auto value = register_value(unwinding.thread, spec);
    if (!value) return false;
    const bool is_pc = &spec == &layout.registers[layout.pc], is_sp = &spec == &layout.registers[layout.sp];
    if (unwinding.begin && is_pc) value = unwinding.begin->value;
    if (unwinding.begin && is_sp) *value += layout.word_bytes;
    if (layout.word_bytes == 4 && spec.dwarf > 8) continue;
    if (!dwfl_thread_state_registers(dwfl_thread, spec.dwarf, 1, &*value)) return false;
    if (is_pc) dwfl_thread_state_register_pc(dwfl_thread, *value);
  }
  return true;
}

int take_frame(Dwfl_Frame* frame, void* argument) {
  auto& unwinding = *static_cast<Unwinding*>(argument);
  Dwarf_Addr pc = 0;
  bool exact = false;
  if (!dwfl_frame_pc(frame, &pc, &exact)) return DWARF_CB_ABORT;
  auto& frames = unwinding.result.frames;
  frames.push_back({{pc}, {exact ? pc : pc - 1}});
  return frames.size() < unwinding.at_most ? DWARF_CB_OK : DWARF_CB_ABORT;
}

constexpr Dwfl_Thread_Callbacks callbacks{next_thread, nullptr, read_memory, set_registers, nullptr, nullptr};

void unwind(Unwinding& unwinding, Symbols& symbols) {
  auto& all = symbols.implementation();
  all.unwinding = &unwinding;
  if (!all.attached && !dwfl_attach_state(all.dwfl.get(), nullptr, all.pid.value, &callbacks, &all)) {
    unwinding.result.ends = dwfl_errmsg(-1);
    return;
  }
  all.attached = true;
  const int status = dwfl_getthread_frames(all.dwfl.get(), unwinding.thread.id().tid.value, take_frame, &unwinding);
  if (unwinding.result.frames.size() >= unwinding.at_most)
    unwinding.result.ends = "there are more";
  else if (status != 0)
    unwinding.result.ends = dwfl_errmsg(-1);
}

}  // namespace

Backtrace backtrace(Thread& thread, Symbols& symbols, std::size_t at_most) {
  Unwinding unwinding{thread, at_most, std::nullopt, {}};
  const auto pc = thread.registers().pc().value_or(Address{});
  // Called through a pointer to nowhere: the caller is what the stack says.
  if (symbols.describe(pc).module.empty()) {
    unwinding.result.frames.push_back({pc, pc});
    const auto& layout = thread.registers().layout();
    const auto sp = register_value(thread, layout.registers[layout.sp]);
    const auto caller = sp ? read_word(thread, {*sp}) : std::nullopt;
    if (!caller || symbols.describe({*caller}).module.empty()) {
      unwinding.result.ends = "the program counter is in no module, and the stack tells of no caller";
      return unwinding.result;
    }
    unwinding.begin = Address{*caller};
  }
  unwind(unwinding, symbols);
  return unwinding.result;
}

}  // namespace target::symbols
