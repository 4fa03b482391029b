#include <array>
#include <vector>

#include "protocol/requests/registers.hpp"
#include "server/handlers/families.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

std::size_t bytes_of_all(const Client& client, target::Thread& thread) {
  const auto& layout = thread.registers().layout();
  return client.features.xml_registers ? layout.wire_bytes : layout.undescribed_bytes;
}

Reply read_all(Client& client, target::Thread& thread) {
  std::vector<std::byte> bytes(bytes_of_all(client, thread));
  if (auto done = thread.registers().read_all(bytes); !done) return failed(done.error());
  reply::Payload payload;
  append_hex(payload.text, bytes);
  return payload;
}

Reply write_all(Client& client, target::Thread& thread, const WriteAllRegisters& request) {
  const auto expected = bytes_of_all(client, thread);
  if (request.bytes.size() != expected)
    return failed({EINVAL, "G needs " + std::to_string(expected) + " bytes of registers and got " +
                               std::to_string(request.bytes.size())});
  return reply_to(thread.registers().write_all(as_bytes(request.bytes)));
}

const target::RegisterSpec* find(target::Thread& thread, std::size_t number) {
  const auto& registers = thread.registers().layout().registers;
  return number < registers.size() ? &registers[number] : nullptr;
}

Reply no_such_register(std::size_t number) {
  return failed({EINVAL, "there is no register " + std::to_string(number) + " in the target description"});
}

Reply read_one(Client&, target::Thread& thread, const ReadRegister& request) {
  const auto* spec = find(thread, request.number);
  if (spec == nullptr) return no_such_register(request.number);
  std::vector<std::byte> bytes(spec->bytes());
  if (auto done = thread.registers().read(*spec, bytes); !done) return failed(done.error());
  reply::Payload payload;
  append_hex(payload.text, bytes);
  return payload;
}

Reply write_one(Client& client, target::Thread& thread, const WriteRegister& request) {
  const auto* spec = find(thread, request.number);
  if (spec == nullptr) return no_such_register(request.number);
  if (request.bytes.size() != spec->bytes())
    return failed({EINVAL, std::string(spec->name) + " has " + std::to_string(spec->bytes()) + " bytes, not " +
                               std::to_string(request.bytes.size())});
  auto& registers = thread.registers();
  // gdb does this itself, by orig_rax.
  const bool jumps = client.features.dialect == Dialect::Lldb && request.number == registers.layout().pc;
  if (jumps)
    if (auto done = registers.forget_system_call(); !done) return failed(done.error());
  return reply_to(registers.write(*spec, as_bytes(request.bytes)));
}

constexpr std::array routes{
    Route{"g", only_on_thread<read_all>},
    Route{"G", on_thread<WriteAllRegisters, write_all>},
    Route{"p", on_thread<ReadRegister, read_one>},
    Route{"P", on_thread<WriteRegister, write_one>},
};

}  // namespace

std::span<const Route> registers() { return routes; }

}  // namespace server::handlers
