#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace protocol {

/// Appends as much of `data` as fits into `limit` bytes of escaped text, and returns how many bytes of
/// `data` that was. A byte that would read as framing (# $ } *) becomes } and the byte xor 0x20.
std::size_t append_escaped(std::string& out, std::string_view data,
                           std::size_t limit = std::string::npos);

/// Undoes the escapes; nothing if the text ends in the middle of one.
std::optional<std::string> unescape(std::string_view text);

}  // namespace protocol
