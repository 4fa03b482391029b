#include "target/symbols/backtrace.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "target/process.hpp"
#include "target/symbols/bare_code.hpp"
#include "target/symbols/implementation.hpp"

namespace target::symbols {

namespace {

// The return address is one of libdwfl's registers on this machine.
constexpr int register_count = 17;

// Of a frame, by their numbers in DWARF.
struct FrameRegisters {
  std::array<std::optional<Dwarf_Word>, register_count> values;
  Dwarf_Word pc = 0;
  bool exact = true;  ///< where the next instruction is, not where a call returns to
};

// What libdwfl's callbacks work on.
struct Unwinding {
  Thread& thread;
  Symbols& symbols;
  std::size_t at_most;
  FrameRegisters begin;
  bool first = true;                     // the next frame is where it begins
  std::optional<FrameRegisters> bare{};  // it ended at code without unwind information
  Backtrace result{};

  const RegisterLayout& layout() const { return thread.registers().layout(); }
  bool wide() const { return layout().word_bytes == 8; }
  int sp() const { return layout().registers[layout().sp].dwarf; }
  int fp() const { return layout().registers[layout().fp].dwarf; }
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

FrameRegisters registers_of(Thread& thread) {
  FrameRegisters registers;
  const auto& layout = thread.registers().layout();
  for (const auto& spec : layout.registers) {
    if (spec.home != RegisterHome::General || spec.dwarf < 0 || spec.dwarf >= register_count) continue;
    if (layout.word_bytes == 4 && spec.dwarf > 8) continue;
    registers.values[static_cast<std::size_t>(spec.dwarf)] = register_value(thread, spec);
  }
  registers.pc = thread.registers().pc().value_or(Address{}).value;
  return registers;
}

// A call may be the last instruction of its function: libdwfl is to look where it is, not where it returns to.
bool set_registers(Dwfl_Thread* dwfl_thread, void* argument) {
  auto& unwinding = current(argument);
  const auto& begin = unwinding.begin;
  const auto pc = begin.exact ? begin.pc : begin.pc - 1;
  for (int number = 0; number < register_count; ++number) {
    auto value = begin.values[static_cast<std::size_t>(number)];
    const bool is_pc = number == unwinding.layout().registers[unwinding.layout().pc].dwarf;
    if (is_pc) value = pc;
    if (value && !dwfl_thread_state_registers(dwfl_thread, number, 1, &*value)) return false;
  }
  dwfl_thread_state_register_pc(dwfl_thread, pc);
  return true;
}

enum class Known { Nothing, Frame, SignalFrame };

// What the unwind information says of a place.
Known unwind_information(Symbols& symbols, Address inside) {
  auto* module = symbols.implementation().module_at(inside);
  if (module == nullptr) return Known::Nothing;
  for (auto* const find : {dwfl_module_eh_cfi, dwfl_module_dwarf_cfi}) {
    Dwarf_Addr bias = 0, begin = 0, end = 0;
    Dwarf_CFI* information = find(module, &bias);
    Dwarf_Frame* frame = nullptr;
    bool signals = false;
    if (information == nullptr || dwarf_cfi_addrframe(information, inside.value - bias, &frame) != 0) continue;
    (void)dwarf_frame_info(frame, &begin, &end, &signals);
    std::free(frame);
    return signals ? Known::SignalFrame : Known::Frame;
  }
  return Known::Nothing;
}

FrameRegisters registers_of(Dwfl_Frame* frame, Dwarf_Addr pc, bool exact) {
  FrameRegisters registers{{}, pc, exact};
  for (unsigned number = 0; number < register_count; ++number) {
    Dwarf_Word value = 0;
    if (dwfl_frame_reg(frame, number, &value) == 0) registers.values[number] = value;
  }
  return registers;
}

int take_frame(Dwfl_Frame* frame, void* argument) {
  auto& unwinding = *static_cast<Unwinding*>(argument);
  Dwarf_Addr pc = 0;
  bool exact = false;
  if (!dwfl_frame_pc(frame, &pc, &exact)) return DWARF_CB_ABORT;
  if (std::exchange(unwinding.first, false)) {
    pc = unwinding.begin.pc;
    exact = unwinding.begin.exact;
  }
  const Address inside{exact ? pc : pc - 1};
  auto& frames = unwinding.result.frames;
  frames.push_back({{pc}, inside});
  if (frames.size() >= unwinding.at_most) return DWARF_CB_ABORT;
  if (unwind_information(unwinding.symbols, inside) != Known::Nothing) return DWARF_CB_OK;
  unwinding.bare = registers_of(frame, pc, exact);
  return DWARF_CB_ABORT;
}

constexpr Dwfl_Thread_Callbacks callbacks{next_thread, nullptr, read_memory, set_registers, nullptr, nullptr};

void unwind(Unwinding& unwinding) {
  auto& all = unwinding.symbols.implementation();
  all.unwinding = &unwinding;
  unwinding.first = true;
  unwinding.bare.reset();
  if (!all.attached && !dwfl_attach_state(all.dwfl.get(), nullptr, all.pid.value, &callbacks, &all)) {
    unwinding.result.ends = dwfl_errmsg(-1);
    return;
  }
  all.attached = true;
  const int status = dwfl_getthread_frames(all.dwfl.get(), unwinding.thread.id().tid.value, take_frame, &unwinding);
  if (unwinding.result.frames.size() >= unwinding.at_most)
    unwinding.result.ends = "there are more";
  else if (status != 0 && !unwinding.bare)
    unwinding.result.ends = dwfl_errmsg(-1);
}

// ---- code without unwind information

// The kernel calls a signal's handler without an instruction.
bool is_return_address(Unwinding& unwinding, Address to) {
  constexpr std::size_t longest_call = 7;
  if (unwind_information(unwinding.symbols, to) == Known::SignalFrame) return true;
  if (unwinding.symbols.describe(to - 1).module.empty()) return false;
  std::array<std::byte, longest_call> before{};
  const auto got = unwinding.thread.process().space().read(to - longest_call, before);
  return got && *got == before.size() && ends_with_call(before);
}

// The frame of the caller, if the return address is there.
std::optional<FrameRegisters> caller_with(Unwinding& unwinding, const FrameRegisters& frame, std::uint64_t return_address_at) {
  const auto to = read_word(unwinding.thread, {return_address_at});
  if (!to || !is_return_address(unwinding, {*to})) return std::nullopt;
  auto caller = frame;
  caller.pc = *to;
  caller.exact = unwind_information(unwinding.symbols, {*to}) == Known::SignalFrame;
  caller.values[static_cast<std::size_t>(unwinding.sp())] = return_address_at + unwinding.layout().word_bytes;
  return caller;
}

std::optional<FrameShape> shape_of(Unwinding& unwinding, const FrameRegisters& frame) {
  constexpr std::uint64_t far = 16384;
  const Address pc{frame.pc};
  const auto place = unwinding.symbols.describe(frame.exact ? pc : pc - 1);
  const auto begun = frame.exact ? place.from_symbol : place.from_symbol + 1;
  if (place.symbol.empty() || begun > far) return std::nullopt;
  std::vector<std::byte> code(begun);
  const auto got = unwinding.thread.process().space().read(pc - begun, code);
  if (begun > 0 && (!got || *got < code.size())) return std::nullopt;
  return shape_after(arch::disassemble(code, pc - begun, begun, unwinding.wide()), unwinding.wide());
}

std::optional<FrameRegisters> caller_by_shape(Unwinding& unwinding, const FrameRegisters& frame, const FrameShape& shape) {
  const auto sp = frame.values[static_cast<std::size_t>(unwinding.sp())], fp = frame.values[static_cast<std::size_t>(unwinding.fp())];
  std::optional<FrameRegisters> caller;
  std::uint64_t at = 0;
  if (shape.fp_points_there && fp) caller = caller_with(unwinding, frame, at = *fp + static_cast<std::uint64_t>(*shape.saved_fp));
  if (!caller && sp) caller = caller_with(unwinding, frame, at = *sp + static_cast<std::uint64_t>(shape.depth));
  if (caller && shape.saved_fp)
    caller->values[static_cast<std::size_t>(unwinding.fp())] = read_word(unwinding.thread, {at - static_cast<std::uint64_t>(*shape.saved_fp)});
  return caller;
}

// First by what its function has done so far; whoever jumped to nowhere has left the return address on top of the stack;
// at last by the frame pointer, if it is one.
std::optional<FrameRegisters> caller_of(Unwinding& unwinding, const FrameRegisters& frame) {
  const auto word = static_cast<std::int64_t>(unwinding.layout().word_bytes);
  std::optional<FrameRegisters> caller;
  if (const auto shape = shape_of(unwinding, frame)) caller = caller_by_shape(unwinding, frame, *shape);
  if (!caller && frame.exact) caller = caller_by_shape(unwinding, frame, {});
  if (!caller) caller = caller_by_shape(unwinding, frame, {0, word, true});
  if (!caller) return std::nullopt;
  const auto sp = static_cast<std::size_t>(unwinding.sp());
  return caller->values[sp] > frame.values[sp] ? caller : std::nullopt;
}

std::string why_no_caller(Symbols& symbols, const FrameRegisters& frame) {
  const auto place = symbols.describe({frame.exact ? frame.pc : frame.pc - 1});
  if (place.module.empty()) return "the program counter is in no module, and the stack tells of no caller";
  if (place.symbol == "_start") return "";
  return std::string(place.module.substr(place.module.rfind('/') + 1)) + " has no unwind information there, and the stack tells of no caller";
}

}  // namespace

Backtrace backtrace(Thread& thread, Symbols& symbols, std::size_t at_most) {
  Unwinding unwinding{thread, symbols, at_most, registers_of(thread)};
  for (unwind(unwinding); unwinding.bare; unwind(unwinding)) {
    const auto bare = *unwinding.bare;
    const auto caller = caller_of(unwinding, bare);
    if (!caller) {
      unwinding.result.ends = why_no_caller(symbols, bare);
      break;
    }
    unwinding.begin = *caller;
  }
  return unwinding.result;
}

}  // namespace target::symbols
