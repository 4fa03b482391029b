// Processors, kernel modules and internet sockets.

#include <arpa/inet.h>

#include <array>
#include <cstring>

#include "target/linux/os_data/tables.hpp"
#include "target/linux/os_data/text.hpp"

namespace target::linux::os_data {
namespace {

// include/net/tcp_states.h, from 1 on; UDP uses the same numbers.
constexpr std::array states{"ESTABLISHED", "SYN_SENT",  "SYN_RECV", "FIN_WAIT1",
                            "FIN_WAIT2",   "TIME_WAIT", "CLOSE",    "CLOSE_WAIT",
                            "LAST_ACK",    "LISTEN",    "CLOSING"};

struct Family {
  const char* file;
  const char* family;
  const char* protocol;
  int number;
};
constexpr std::array families{Family{"/proc/net/tcp", "INET", "STREAM", AF_INET},
                              Family{"/proc/net/tcp6", "INET6", "STREAM", AF_INET6},
                              Family{"/proc/net/udp", "INET", "DGRAM", AF_INET},
                              Family{"/proc/net/udp6", "INET6", "DGRAM", AF_INET6}};

// Words of eight digits, each printed as a number of this machine although its bytes are in network order.
std::string address_in(std::string_view digits, int family) {
  std::array<std::uint32_t, 4> address{};
  for (std::size_t i = 0; i < address.size() && digits.size() >= (i + 1) * 8; ++i)
    address[i] = number_in<std::uint32_t>(digits.substr(i * 8, 8), 16);
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family, address.data(), text, sizeof text);
  return text;
}

//     sl: local:port remote:port state tx:rx timer:when retransmits uid ...
void add_sockets(Rows& rows, const Family& family, const AccountNames& users) {
  const auto text = text_of(family.file);
  for (const auto line : lines_of(text)) {
    const auto fields = fields_of(line);
    if (fields.size() < 8 || fields[0] == "sl") continue;
    const auto local = fields[1].find(':'), remote = fields[2].find(':');
    if (local == std::string_view::npos || remote == std::string_view::npos) continue;
    const auto state = number_in<unsigned>(fields[3], 16);
    const auto port = [](std::string_view field, std::size_t colon) {
      return std::to_string(number_in<unsigned>(field.substr(colon + 1), 16));
    };
    rows.push_back({{"local address", address_in(fields[1].substr(0, local), family.number)},
                    {"local port", port(fields[1], local)},
                    {"remote address", address_in(fields[2].substr(0, remote), family.number)},
                    {"remote port", port(fields[2], remote)},
                    {"state", state >= 1 && state <= states.size() ? states[state - 1] : ""},
                    {"user", users.name(fields[7])},
                    {"family", family.family},
                    {"protocol", family.protocol}});
  }
}

}  // namespace

Rows cpus() {
  Rows rows;
  const auto text = text_of("/proc/cpuinfo");
  for (const auto line : lines_of(text)) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name(trimmed(line.substr(0, colon)));
    if (name == "processor" || rows.empty()) rows.emplace_back();
    rows.back().push_back({name, std::string(trimmed(line.substr(colon + 1)))});
  }
  return rows;
}

Rows modules() {
  Rows rows;
  const auto text = text_of("/proc/modules");
  for (const auto line : lines_of(text)) {
    const auto fields = fields_of(line);
    if (fields.size() < 6) continue;
    Row row;
    std::size_t at = 0;
    for (const char* name : {"name", "size", "num uses", "dependencies", "status", "address"})
      row.push_back({name, std::string(fields[at++])});
    rows.push_back(std::move(row));
  }
  return rows;
}

Rows sockets() {
  const auto users = AccountNames::of_users();
  Rows rows;
  for (const auto& family : families) add_sockets(rows, family, users);
  return rows;
}

}  // namespace target::linux::os_data
