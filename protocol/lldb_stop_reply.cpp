#include "protocol/lldb_stop_reply.hpp"

#include <csignal>

#include "protocol/documents/lldb_threads.hpp"
#include "protocol/hex.hpp"
#include "protocol/thread_selector.hpp"

namespace protocol {
namespace {

using namespace target;

struct Words {
  // lldb knows stops without a cause of their own as lldb-server makes them, by SIGSTOP.
  std::string_view operator()(const Quiet&) { return "signal"; }
  std::string_view operator()(const StoppedOnRequest&) { return ""; }
  std::string_view operator()(const Interrupted&) { return "signal"; }
  std::string_view operator()(const SignalStop&) { return "signal"; }
  std::string_view operator()(const SoftwareBreakpointHit&) { return "breakpoint"; }
  std::string_view operator()(const HardwareBreakpointHit&) { return "breakpoint"; }
  std::string_view operator()(const WatchpointHit&) { return "watchpoint"; }
  std::string_view operator()(const StepDone&) { return "trace"; }
  std::string_view operator()(const Execed&) { return "exec"; }
  std::string_view operator()(const Forked& fork) { return fork.shares_memory ? "vfork" : "fork"; }
  std::string_view operator()(const VforkDone&) { return "vforkdone"; }
  template <class Other>
  std::string_view operator()(const Other&) { return ""; }
};

void append_pair(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  out.push_back(':');
  out += value;
  out.push_back(';');
}

void append_in_hex(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  out.push_back(':');
  append_hex(out, value);
  out.push_back(';');
}

// A name may hold what ends a field.
void append_name(std::string& out, std::string_view name) {
  const bool plain = name.find_first_of(";:,#$}*") == std::string_view::npos;
  plain ? append_pair(out, "name", name) : append_in_hex(out, "hexname", name);
}

void append_memory(std::string& out, const StoppedThread::Memory& memory) {
  if (memory.bytes.empty()) return;
  out += "memory:0x";
  append_hex_number(out, memory.address.value);
  out.push_back('=');
  append_hex(out, memory.bytes);
  out.push_back(';');
}

template <class Write>
void append_list(std::string& out, std::string_view key, std::span<const ThreadPlace> places, Write write) {
  out += key;
  for (const auto& place : places) {
    out.push_back(&place == places.data() ? ':' : ',');
    write(place);
  }
  out.push_back(';');
}

void append_lists(std::string& out, std::span<const ThreadPlace> places, std::span<const StoppedThread> others) {
  append_list(out, "threads", places,
              [&](const ThreadPlace& place) { append_hex_number(out, static_cast<std::uint64_t>(place.tid.value)); });
  bool all_known = true;
  for (const auto& place : places) all_known &= place.pc.has_value();
  // One that is missing would shift all that follow.
  if (all_known)
    append_list(out, "thread-pcs", places, [&](const ThreadPlace& place) { append_hex_number(out, place.pc->value); });
  // With a single thread this packet has told everything.
  if (places.size() > 1) append_in_hex(out, "jstopinfo", documents::lldb_stop_infos(others));
}

}  // namespace

std::string_view reason_word(const StopCause& cause) { return std::visit(Words{}, cause); }

int signal_number(const StopCause& cause) {
  if (const auto* stop = std::get_if<SignalStop>(&cause)) return stop->signal.number;
  const bool plain = std::holds_alternative<Quiet>(cause) || std::holds_alternative<Interrupted>(cause);
  if (plain) return SIGSTOP;
  return std::holds_alternative<StoppedOnRequest>(cause) ? 0 : SIGTRAP;
}

std::string describe(const StoppedThread& stopped) {
  if (const auto* hit = std::get_if<WatchpointHit>(&*stopped.cause))
    return std::to_string(hit->at.value) + " 0";
  if (const auto* fork = std::get_if<Forked>(&*stopped.cause))
    return std::to_string(fork->child.pid.value) + " " + std::to_string(fork->child.tid.value);
  const auto* stop = std::get_if<SignalStop>(&*stopped.cause);
  if (stop == nullptr || stopped.fault.empty()) return {};
  return "signal " + std::string(signal_name(stop->signal)) + ": " + stopped.fault;
}

std::string lldb_stop_reply(const StoppedThread& stopped, std::span<const ThreadPlace> places,
                            std::span<const StoppedThread> others, const Features& agreed) {
  if (stopped.cause && ends_thread(*stopped.cause)) return stop_reply({stopped.thread, *stopped.cause}, {}, {}, agreed);
  std::string out = "T";
  append_hex_byte(out, static_cast<std::uint8_t>(stopped.cause ? signal_number(*stopped.cause) : 0));
  out += "thread:";
  append_thread_id(out, stopped.thread, agreed.multiprocess);
  out.push_back(';');
  append_name(out, stopped.name);
  if (!places.empty()) append_lists(out, places, others);
  for (const auto& [number, bytes] : stopped.registers) {
    if (number > 0xff) continue;
    append_hex_byte(out, static_cast<std::uint8_t>(number));
    out.push_back(':');
    append_hex(out, bytes);
    out.push_back(';');
  }
  append_memory(out, stopped.memory);
  if (!stopped.cause) return out;
  if (const auto reason = reason_word(*stopped.cause); !reason.empty()) append_pair(out, "reason", reason);
  if (const auto text = describe(stopped); !text.empty()) append_in_hex(out, "description", text);
  if (const auto* fork = std::get_if<Forked>(&*stopped.cause)) {
    out += fork->shares_memory ? "vfork:" : "fork:";
    append_thread_id(out, fork->child, agreed.multiprocess);
    out.push_back(';');
  }
  return out;
}

}  // namespace protocol
