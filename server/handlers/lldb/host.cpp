#include <array>
#include <string>

#include "server/handlers/families.hpp"
#include "server/host_info.hpp"
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

Reply host_info(Client&) { return reply::Payload{host_info_text()}; }

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
  append(payload.text, "real-gid", number(status->group));
  append(payload.text, "effective-uid", number(status->effective_user));
  append(payload.text, "effective-gid", number(status->effective_group));
  const auto& layout = (*process)->layout();
  append_machine(payload.text, layout.machine, layout.word_bytes);
  return payload;
}

constexpr std::array routes{
    bare<host_info>("qHostInfo"),
    bare<process_info>("qProcessInfo"),
};

}  // namespace

std::span<const Route> lldb_host() { return routes; }

}  // namespace server::handlers
