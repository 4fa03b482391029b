#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "protocol/requests/lldb.hpp"
#include "server/handlers/families.hpp"
#include "target/process_info.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

void append(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  out.push_back(':');
  out += value;
  out.push_back(';');
}

std::string permissions_of(const target::Mapping& mapping) {
  std::string text;
  if (mapping.readable) text.push_back('r');
  if (mapping.writable) text.push_back('w');
  if (mapping.executable) text.push_back('x');
  return text;
}

// Clients ask for one region after the other; while nothing runs the kernel is asked once.
target::Result<const std::vector<target::Mapping>*> map_of(Client& client, const target::Process& process) {
  const bool still = client.inferiors.halted();
  if (!still || !client.memory_map || client.memory_map->pid != process.pid()) {
    auto mappings = target::mappings_of(process.pid());
    if (!mappings) return tl::unexpected(mappings.error());
    client.memory_map = Client::MemoryMap{process.pid(), std::move(*mappings)};
  }
  return &client.memory_map->mappings;
}

// Between two mappings.
target::AddressRange hole_at(const std::vector<target::Mapping>& mappings,
                             std::vector<target::Mapping>::const_iterator next) {
  return {next == mappings.begin() ? target::Address{0} : std::prev(next)->range.end,
          next == mappings.end() ? target::Address{~std::uint64_t{0}} : next->range.begin};
}

// A hole is told of as a region without permissions, up to the next mapping.
Reply memory_region(Client& client, target::Process& process, const AtAddress& request) {
  const auto map = map_of(client, process);
  if (!map) return failed(map.error());
  const auto& mappings = **map;
  const auto next = std::upper_bound(mappings.begin(), mappings.end(), request.address,
                                     [](target::Address at, const target::Mapping& m) { return at < m.range.end; });
  const bool mapped = next != mappings.end() && next->range.contains(request.address);
  const auto range = mapped ? next->range : hole_at(mappings, next);
  reply::Payload payload;
  append(payload.text, "start", hex_number(range.begin.value));
  append(payload.text, "size", hex_number(range.end - range.begin));
  if (!mapped) return payload;
  append(payload.text, "permissions", permissions_of(*next));
  append(payload.text, "flags", "");
  std::string name;
  append_hex(name, next->path);
  if (!name.empty()) append(payload.text, "name", name);
  return payload;
}

Reply tells_of_regions(Client&) { return reply::Ok{}; }

Reply allocate(Client& client, target::Process& process, const Allocate& request) {
  client.memory_map.reset();
  const auto address = client.inferiors.allocate(process, request.bytes, request.permissions);
  if (!address) return failed(address.error());
  return reply::Payload{hex_number(address->value)};
}

Reply release(Client& client, target::Process& process, const AtAddress& request) {
  client.memory_map.reset();
  return reply_to(client.inferiors.release(process, request.address));
}

// What cannot be read is left out, and its count says so. A reply longer than a packet ends early.
Reply read_several(Client&, target::Process& process, const ReadRanges& request) {
  reply::Payload payload;
  std::string data;
  for (const auto& range : request.ranges) {
    std::vector<std::byte> bytes(std::min<std::size_t>(range.length, (packet_size - data.size()) / 2));
    const auto got = process.space().read(range.address, bytes);
    if (&range != request.ranges.data()) payload.text.push_back(',');
    append_hex_number(payload.text, got.value_or(0));
    append_escaped(data, std::string_view(reinterpret_cast<const char*>(bytes.data()), got.value_or(0)));
  }
  payload.text.push_back(';');
  payload.text += data;
  return payload;
}

constexpr std::array routes{
    bare<tells_of_regions>("qMemoryRegionInfo"),
    Route{"qMemoryRegionInfo:", on_process<AtAddress, memory_region>},
    Route{"_M", on_process<Allocate, allocate>},
    Route{"_m", on_process<AtAddress, release>},
    Route{"MultiMemRead:", on_process<ReadRanges, read_several>, "MultiMemRead+"},
};

}  // namespace

std::span<const Route> lldb_memory() { return routes; }

}  // namespace server::handlers
