#include <array>
#include <string>
#include <vector>

#include "protocol/requests/registers.hpp"
#include "server/handlers/families.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

void append(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += key;
  out.push_back(':');
  out += value;
  out.push_back(';');
}

struct Form {
  std::string_view encoding, format;
};
Form form_of(const target::RegisterSpec& spec) {
  if (spec.bits > 64) return {"vector", "vector-uint8"};
  return {"uint", "hex"};
}

// One register after the other, until there is no more. For clients that do not read target.xml.
Reply describe_register(Client& client, const ReadRegister& request) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  const auto& layout = (*process)->layout();
  if (request.number >= layout.registers.size())
    return failed({0x45, "there is no register " + std::to_string(request.number)});
  const auto& spec = layout.registers[request.number];
  const auto form = form_of(spec);
  const auto dwarf = spec.dwarf >= 0 ? std::to_string(spec.dwarf) : std::string();
  reply::Payload payload;
  append(payload.text, "name", spec.name);
  append(payload.text, "alt-name", spec.alternate);
  append(payload.text, "bitsize", std::to_string(spec.bits));
  append(payload.text, "offset", std::to_string(layout.wire_offsets[request.number]));
  append(payload.text, "encoding", form.encoding);
  append(payload.text, "format", form.format);
  append(payload.text, "set", spec.set);
  append(payload.text, "ehframe", dwarf);
  append(payload.text, "dwarf", dwarf);
  append(payload.text, "generic", spec.generic);
  return payload;
}

// Some 3 KiB each, in case a client never takes them back.
constexpr std::size_t most_saved = 256;

Reply save(Client& client, target::Thread& thread) {
  Client::SavedRegisters saved{thread.id(), std::vector<std::byte>(thread.registers().layout().wire_bytes)};
  if (auto done = thread.registers().read_all(saved.bytes); !done) return failed(done.error());
  const auto number = ++client.registers_saved;
  client.saved_registers.insert_or_assign(number, std::move(saved));
  if (client.saved_registers.size() > most_saved) client.saved_registers.erase(client.saved_registers.begin());
  return reply::Payload{std::to_string(number)};
}

Reply restore(Client& client, target::Thread& thread, const RestoreRegisters& request) {
  const auto saved = client.saved_registers.find(request.number);
  if (saved == client.saved_registers.end() || saved->second.thread != thread.id())
    return failed({ENOENT, "there are no saved registers " + std::to_string(request.number) + " of this thread"});
  auto written = thread.registers().write_all(saved->second.bytes);
  if (written) client.saved_registers.erase(saved);
  return reply_to(written);
}

constexpr std::array routes{
    Route{"qRegisterInfo", parse_then<ReadRegister, describe_register>},
    Route{"QSaveRegisterState", only_on_thread<save>},
    Route{"QRestoreRegisterState:", on_thread<RestoreRegisters, restore>},
};

}  // namespace

std::span<const Route> lldb_registers() { return routes; }

}  // namespace server::handlers
