#pragma once

#include <string>
#include <string_view>

namespace protocol::documents {

/// Text as it may stand in an XML attribute. Control characters, which XML 1.0 cannot hold, become "?".
inline std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&apos;"; break;
      default: out.push_back(static_cast<unsigned char>(c) < 0x20 ? '?' : c);
    }
  }
  return out;
}

}  // namespace protocol::documents
