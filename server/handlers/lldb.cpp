#include <algorithm>
#include <array>
#include <string>

#include "server/handlers/families.hpp"
#include "target/process_info.hpp"

// What lldb asks of every server before it believes in a process. Both replies are key ":" value ";" pairs;
// the triple is in hex, and so is every number of qProcessInfo.
namespace server::handlers {
namespace {

using namespace protocol;

void append(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  out.push_back(':');
  out += value;
  out.push_back(';');
}

void append_machine(std::string& out, std::string_view machine, std::size_t word_bytes) {
  std::string triple;
  append_hex(triple, machine);
  append_hex(triple, "-pc-linux-gnu");
  append(out, "triple", triple);
  append(out, "ostype", "linux");
  append(out, "endian", "little");
  append(out, "ptrsize", std::to_string(word_bytes));
}

Reply host_info(Client&) {
  reply::Payload payload;
  append_machine(payload.text, "x86_64", 8);
  append(payload.text, "watchpoint_exceptions_received", "after");
  return payload;
}

Reply process_info(Client& client) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  const auto pid = (*process)->pid();
  const auto status = target::task_status(target::leader_of(pid));
  if (!status) return failed({ESRCH, "the process has ended"});
  const auto number = [](int value) { return hex_number(static_cast<std::uint64_t>(value)); };
  reply::Payload payload;
  append(payload.text, "pid", number(pid.value));
  append(payload.text, "parent-pid", number(status->parent.value));
  append(payload.text, "real-uid", number(status->user));
  const auto& layout = (*process)->layout();
  append_machine(payload.text, layout.machine, layout.word_bytes);
  return payload;
}

std::string permissions(const target::Mapping& mapping) {
  std::string text;
  if (mapping.readable) text.push_back('r');
  if (mapping.writable) text.push_back('w');
  if (mapping.executable) text.push_back('x');
  return text;
}

struct RegionAt {
  target::Address address;
  static std::optional<RegionAt> parse(FieldReader in) {
    const RegionAt request{{in.hex<std::uint64_t>()}};
    return in.complete() ? std::optional(request) : std::nullopt;
  }
};

// A hole is told of as a region without permissions, up to the next mapping.
Reply memory_region(Client&, target::Process& process, const RegionAt& request) {
  const auto mappings = target::mappings_of(process.pid());
  if (!mappings) return failed(mappings.error());
  target::AddressRange hole{{0}, {~std::uint64_t{0}}};
  const target::Mapping* here = nullptr;
  for (const auto& mapping : *mappings) {
    if (mapping.range.contains(request.address)) here = &mapping;
    if (mapping.range.end <= request.address) hole.begin = std::max(hole.begin, mapping.range.end);
    if (mapping.range.begin > request.address) hole.end = std::min(hole.end, mapping.range.begin);
  }
  const auto range = here != nullptr ? here->range : hole;
  reply::Payload payload;
  append(payload.text, "start", hex_number(range.begin.value));
  append(payload.text, "size", hex_number(range.end - range.begin));
  if (here == nullptr) return payload;
  append(payload.text, "permissions", permissions(*here));
  std::string name;
  append_hex(name, here->path);
  if (!name.empty()) append(payload.text, "name", name);
  return payload;
}

constexpr std::array routes{
    bare<host_info>("qHostInfo"),
    Route{"qMemoryRegionInfo:", on_process<RegionAt, memory_region>},
    bare<process_info>("qProcessInfo"),
};

}  // namespace

std::span<const Route> lldb() { return routes; }

}  // namespace server::handlers
