#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace protocol::documents {

/// Bytes of the UTF-8 character that the text begins with; 0 if it is none. A name that the kernel has cut
/// short may end in the middle of one, and one such byte spoils a whole document for the client.
inline std::size_t utf8_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xc2 ? 0
                           : first < 0xe0 ? 2
                           : first < 0xf0 ? 3
                           : first < 0xf5 ? 4
                                          : 0;
  const auto rest = text.substr(1, size == 0 ? 0 : size - 1);
  const bool whole = rest.size() + 1 == size && std::all_of(rest.begin(), rest.end(), [](char c) {
                       return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
                     });
  return whole ? size : 0;
}

/// Text as it may stand in an XML attribute. Control characters, which XML 1.0 cannot hold, and what is not UTF-8
/// become "?".
inline std::string escape_xml(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto size = utf8_character(text);
    const char c = size == 0 ? '\0' : text.front();
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out.push_back('?');
        else
          out += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

}  // namespace protocol::documents
