#include "server/stop_reporter.hpp"

#include <vector>

#include "protocol/stop_reply.hpp"

namespace server {
namespace {

std::vector<protocol::ExpeditedRegister> expedited(target::Thread& thread) {
  std::vector<protocol::ExpeditedRegister> registers;
  const auto& layout = thread.registers().layout();
  for (const auto number : {layout.fp, layout.sp, layout.pc}) {
    const auto& spec = layout.registers[number];
    std::vector<std::byte> bytes(spec.bytes());
    if (thread.registers().read(spec, bytes)) registers.push_back({number, std::move(bytes)});
  }
  return registers;
}

}  // namespace

std::string describe_stop(Client& client, const target::StopEvent& event) {
  std::vector<protocol::ExpeditedRegister> registers;
  std::string program;
  if (auto* thread = client.inferiors.find(event.thread); thread != nullptr && thread->stopped()) {
    registers = expedited(*thread);
    if (std::holds_alternative<target::Execed>(event.cause))
      program = thread->process().executable().value_or("");
  }
  return protocol::stop_reply(event, registers, program, client.features);
}

}  // namespace server
