#include "server/host_names.hpp"

#include <algorithm>

namespace server {
namespace {

std::string_view take_word(std::string_view& line) {
  constexpr std::string_view blanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const auto word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

//     address name...  [ "#" comment ]
std::optional<std::string> address_in_hosts(std::string_view hosts, std::string_view name) {
  while (!hosts.empty()) {
    const auto whole = hosts.substr(0, hosts.find('\n'));
    hosts.remove_prefix(std::min(hosts.size(), whole.size() + 1));
    auto line = whole.substr(0, whole.find('#'));
    const auto address = take_word(line);
    for (auto word = take_word(line); !word.empty(); word = take_word(line))
      if (word == name) return std::string(address);
  }
  return std::nullopt;
}

}  // namespace server
