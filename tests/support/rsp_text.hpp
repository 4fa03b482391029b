#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/framing.hpp"
#include "protocol/hex.hpp"

/// What a client does with the bytes that a server sends; written apart from the server's own code.
namespace support {

inline std::string framed(std::string_view payload) {
  std::string bytes = "$" + std::string(payload) + "#";
  protocol::append_hex_byte(bytes, protocol::checksum(payload));
  return bytes;
}

/// "c*n" is c and n - 29 more of it.
inline std::string without_runs(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '*')
      out.push_back(text[i]);
    else if (++i < text.size() && !out.empty())
      out.append(static_cast<std::size_t>(static_cast<unsigned char>(text[i]) - 29), out.back());
    else
      throw std::runtime_error("a run without a count or a byte to repeat");
  }
  return out;
}

/// Cuts a server's bytes: "+", "-", payloads as they are, notifications with "%" before them.
inline std::vector<std::string> frames(std::string_view bytes) {
  std::vector<std::string> found;
  while (!bytes.empty()) {
    const char first = bytes.front();
    bytes.remove_prefix(1);
    if (first == '+' || first == '-') {
      found.emplace_back(1, first);
      continue;
    }
    const auto end = bytes.find('#');
    if ((first != '$' && first != '%') || end == std::string_view::npos || end + 2 >= bytes.size())
      throw std::runtime_error("no frame");
    const auto sum = protocol::decode_hex(bytes.substr(end + 1, 2));
    if (!sum || static_cast<unsigned char>(sum->front()) != protocol::checksum(bytes.substr(0, end)))
      throw std::runtime_error("wrong checksum");
    found.push_back((first == '%' ? "%" : "") + without_runs(bytes.substr(0, end)));
    bytes.remove_prefix(end + 3);
  }
  return found;
}

}  // namespace support
