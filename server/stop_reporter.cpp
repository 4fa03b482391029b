#include "server/stop_reporter.hpp"

#include <vector>

#include "protocol/stop_reply.hpp"
#include "target/process_info.hpp"
#include "target/signal_words.hpp"

namespace server {
namespace {

using protocol::ExpeditedRegister;
using protocol::StoppedThread;
using protocol::ThreadPlace;

void add(std::vector<ExpeditedRegister>& registers, target::Thread& thread, unsigned number) {
  const auto& spec = thread.registers().layout().registers[number];
  std::vector<std::byte> bytes(spec.bytes());
  if (thread.registers().read(spec, bytes)) registers.push_back({number, std::move(bytes)});
}

std::vector<ExpeditedRegister> expedited(target::Thread& thread, Expedited which) {
  std::vector<ExpeditedRegister> registers;
  const auto& layout = thread.registers().layout();
  if (which == Expedited::Frame)
    for (const auto number : {layout.fp, layout.sp, layout.pc}) add(registers, thread, number);
  if (which == Expedited::General)
    for (unsigned number = 0; number < layout.registers.size(); ++number)
      if (layout.registers[number].home == target::RegisterHome::General && layout.registers[number].group != "system")
        add(registers, thread, number);
  return registers;
}

std::optional<target::StopCause> cause_of(const Client& client, const target::Thread& thread) {
  if (thread.reported) return thread.reported;
  if (client.last_stop && client.last_stop->thread == thread.id()) return client.last_stop->cause;
  return std::nullopt;
}

std::string fault_of(const target::Thread& thread, const std::optional<target::StopCause>& cause) {
  const auto* stop = cause ? std::get_if<target::SignalStop>(&*cause) : nullptr;
  if (stop == nullptr) return {};
  const auto info = thread.siginfo();
  return info ? target::describe_fault(stop->signal, *info) : std::string();
}

// Without it lldb reads this much at every stop, to unwind the innermost frame; larger frames are rare.
StoppedThread::Memory top_of_stack(target::Thread& thread) {
  constexpr std::size_t enough = 384;
  const auto& layout = thread.registers().layout();
  std::uint64_t pointer = 0;
  const auto into = std::as_writable_bytes(std::span(&pointer, 1)).first(layout.registers[layout.sp].bytes());
  if (!thread.registers().read(layout.registers[layout.sp], into)) return {};
  StoppedThread::Memory memory{{pointer}, std::vector<std::byte>(enough)};
  memory.bytes.resize(thread.process().space().read(memory.address, memory.bytes).value_or(0));
  return memory;
}

std::vector<ThreadPlace> places_of(const target::Process& process) {
  std::vector<ThreadPlace> places;
  places.reserve(process.threads().size());
  for (const auto& [tid, thread] : process.threads()) {
    if (thread->state() == target::Thread::State::Zombie) continue;
    const auto pc = thread->stopped() ? thread->registers().pc() : target::Result<target::Address>(target::failure(EBUSY, ""));
    places.push_back({tid, pc ? std::optional(*pc) : std::nullopt});
  }
  return places;
}

std::vector<StoppedThread> with_something_to_tell(const Client& client, const target::Process& process) {
  std::vector<StoppedThread> told;
  for (const auto& [tid, thread] : process.threads())
    if (thread->stopped() && cause_of(client, *thread)) told.push_back(account_of(client, *thread, Expedited::None));
  return told;
}

std::string describe_for_lldb(Client& client, const target::StopEvent& event) {
  auto* thread = client.inferiors.find(event.thread);
  if (thread == nullptr || target::ends_thread(event.cause))
    return protocol::lldb_stop_reply({event.thread, {}, event.cause}, {}, {}, client.features);
  StoppedThread stopped{event.thread};
  if (thread->stopped()) {
    stopped = account_of(client, *thread, Expedited::General);
    stopped.memory = top_of_stack(*thread);
  }
  stopped.cause = event.cause;
  const bool lists = client.features.threads_in_stops;
  return protocol::lldb_stop_reply(stopped, lists ? places_of(thread->process()) : std::vector<ThreadPlace>(),
                                   lists ? with_something_to_tell(client, thread->process()) : std::vector<StoppedThread>(),
                                   client.features);
}

std::string describe_for_gdb(Client& client, const target::StopEvent& event) {
  std::vector<ExpeditedRegister> registers;
  std::string program;
  if (auto* thread = client.inferiors.find(event.thread); thread != nullptr && thread->stopped()) {
    registers = expedited(*thread, Expedited::Frame);
    if (std::holds_alternative<target::Execed>(event.cause))
      program = thread->process().executable().value_or("");
  }
  return protocol::stop_reply(event, registers, program, client.features);
}

}  // namespace

StoppedThread account_of(const Client& client, target::Thread& thread, Expedited registers) {
  StoppedThread account{thread.id()};
  if (registers != Expedited::None) account.name = target::thread_summary(thread.id()).name;
  account.cause = cause_of(client, thread);
  account.fault = fault_of(thread, account.cause);
  account.registers = expedited(thread, registers);
  return account;
}

std::string describe_thread(Client& client, target::Thread& thread) {
  return protocol::lldb_stop_reply(account_of(client, thread, Expedited::General), {}, {}, client.features);
}

std::string describe_stop(Client& client, const target::StopEvent& event) {
  return client.features.dialect == protocol::Dialect::Lldb ? describe_for_lldb(client, event)
                                                            : describe_for_gdb(client, event);
}

}  // namespace server
