#include "server/host_info.hpp"

#include <sys/utsname.h>

#include <fstream>
#include <string_view>

#include "protocol/hex.hpp"

namespace server {
namespace {

std::string in_hex(std::string_view text) {
  std::string hex;
  protocol::append_hex(hex, text);
  return hex;
}

// os-release(5): ID=debian
std::string distribution() {
  std::ifstream file("/etc/os-release");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("ID=")) {
      auto name = line.substr(3);
      std::erase(name, '"');
      return name;
    }
  return {};
}

}  // namespace

std::string host_info_text() {
  utsname system{};
  uname(&system);
  std::string text = "triple:" + in_hex("x86_64-pc-linux-gnu") + ";ptrsize:8;";
  if (const auto name = distribution(); !name.empty()) text += "distribution_id:" + in_hex(name) + ";";
  text += "watchpoint_exceptions_received:after;endian:little;ostype:linux;";
  const std::string_view release = system.release;
  text += "os_version:" + std::string(release.substr(0, release.find_first_not_of("0123456789."))) + ";";
  text += "os_build:" + in_hex(release) + ";os_kernel:" + in_hex(system.version) + ";";
  return text + "hostname:" + in_hex(system.nodename) + ";";
}

}  // namespace server
