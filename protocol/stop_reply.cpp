#include "protocol/stop_reply.hpp"

#include <csignal>

#include "protocol/hex.hpp"
#include "protocol/thread_selector.hpp"

namespace protocol {
namespace {

using namespace target;

// Every cause becomes a signal and, for some, a key.
struct Encoder {
  const Features& agreed;
  std::string_view program;
  Signal signal{SIGTRAP};
  std::string key;

  void operator()(const Quiet&) {}
  void operator()(const StoppedOnRequest&) { signal = Signal{}; }
  void operator()(const StepDone&) {}
  void operator()(const SoftwareBreakpointHit&) {
    if (agreed.swbreak) key = "swbreak:;";
  }
  void operator()(const HardwareBreakpointHit&) {
    if (agreed.hwbreak) key = "hwbreak:;";
  }
  void operator()(const WatchpointHit& hit) {
    key = hit.kind == WatchKind::Write  ? "watch:"
          : hit.kind == WatchKind::Read ? "rwatch:"
                                        : "awatch:";
    append_hex_number(key, hit.at.value);
    key.push_back(';');
  }
  void operator()(const SignalStop& stop) { signal = stop.signal; }
  void operator()(const Interrupted&) { signal = Signal{SIGINT}; }
  void operator()(const Execed&) {
    if (!agreed.exec_events) return;
    key = "exec:";
    append_hex(key, program);
    key.push_back(';');
  }
  void operator()(const Forked& fork) {
    key = fork.shares_memory ? "vfork:" : "fork:";
    append_thread_id(key, fork.child, agreed.multiprocess);
    key.push_back(';');
  }
  // gdb reads the first key and passes over the second; with lldb it is the other way round.
  void operator()(const VforkDone&) { key = "vforkdone:;reason:vforkdone;"; }
  void operator()(const SyscallEntry& entry) { add_number("syscall_entry:", entry.number); }
  void operator()(const SyscallReturn& exit) { add_number("syscall_return:", exit.number); }
  void add_number(std::string_view name, int number) {
    key = name;
    append_hex_number(key, static_cast<std::uint32_t>(number));
    key.push_back(';');
  }
  void operator()(const ThreadCreated&) { key = "create:;"; }
  void operator()(const Cloned& clone) {
    key = "clone:";
    append_thread_id(key, clone.child, agreed.multiprocess);
    key.push_back(';');
  }
  void operator()(const ThreadExited&) {}
  void operator()(const ProcessExited&) {}
  void operator()(const ProcessKilled&) {}
  void operator()(const NothingLeftToRun&) {}
};

void append_signal(std::string& out, Signal signal, const Features& agreed) {
  append_hex_byte(out, static_cast<std::uint8_t>(to_wire(signal, agreed.signals)));
}

void append_process(std::string& out, Pid pid, const Features& agreed) {
  if (!agreed.multiprocess) return;
  out += ";process:";
  append_hex_number(out, static_cast<std::uint64_t>(pid.value));
}

std::string ending(const StopEvent& event, const Features& agreed) {
  std::string out;
  if (const auto* thread = std::get_if<ThreadExited>(&event.cause)) {
    out = "w";
    append_hex_byte(out, static_cast<std::uint8_t>(thread->code));
    out.push_back(';');
    append_thread_id(out, event.thread, agreed.multiprocess);
    return out;
  }
  if (const auto* exited = std::get_if<ProcessExited>(&event.cause)) {
    out = "W";
    append_hex_byte(out, static_cast<std::uint8_t>(exited->code));
  } else {
    out = "X";
    append_signal(out, std::get<ProcessKilled>(event.cause).signal, agreed);
  }
  append_process(out, event.thread.pid, agreed);
  return out;
}

}  // namespace

std::string stop_reply(const StopEvent& event, std::span<const ExpeditedRegister> registers,
                       std::string_view program, const Features& agreed) {
  if (ends_thread(event.cause)) return ending(event, agreed);
  if (std::holds_alternative<NothingLeftToRun>(event.cause) && agreed.no_resumed) return "N";

  Encoder encoder{agreed, program};
  std::visit(encoder, event.cause);
  std::string out = agreed.detailed_stops ? "T" : "S";
  append_signal(out, encoder.signal, agreed);
  if (!agreed.detailed_stops) return out;
  out += encoder.key;
  for (const auto& [number, bytes] : registers) {
    append_hex_byte(out, static_cast<std::uint8_t>(number));
    out.push_back(':');
    append_hex(out, bytes);
    out.push_back(';');
  }
  if (!agreed.thread_in_stops) return out;
  out += "thread:";
  append_thread_id(out, event.thread, agreed.multiprocess);
  out.push_back(';');
  return out;
}

}  // namespace protocol
