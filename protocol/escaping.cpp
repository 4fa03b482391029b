#include "protocol/escaping.hpp"

#include <array>

namespace protocol {
namespace {

constexpr auto needs_escape = [] {
  std::array<bool, 256> table{};
  for (const unsigned char c : {'#', '$', '}', '*'}) table[c] = true;
  return table;
}();

}  // namespace

std::size_t append_escaped(std::string& out, std::string_view data, std::size_t limit) {
  std::size_t room = limit;
  std::size_t taken = 0;
  while (taken < data.size() && room > 0) {
    std::size_t plain = taken;
    while (plain < data.size() && plain - taken < room &&
           !needs_escape[static_cast<unsigned char>(data[plain])])
      ++plain;
    out.append(data, taken, plain - taken);
    room -= plain - taken;
    taken = plain;
    if (taken == data.size() || room < 2) break;
    out.push_back('}');
    out.push_back(static_cast<char>(data[taken] ^ 0x20));
    room -= 2;
    ++taken;
  }
  return taken;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (true) {
    const auto escape = text.find('}');
    out.append(text.substr(0, escape));
    if (escape == std::string_view::npos) return out;
    if (escape + 1 == text.size()) return std::nullopt;
    out.push_back(static_cast<char>(text[escape + 1] ^ 0x20));
    text.remove_prefix(escape + 2);
  }
}

}  // namespace protocol
