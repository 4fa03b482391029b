#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace protocol {

/// 0..15, or -1 for anything that is not a hex digit of either case.
inline int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/// Two lower-case digits a byte.
void append_hex(std::string& out, std::span<const std::byte> bytes);
void append_hex(std::string& out, std::string_view text);

/// A number without leading zeros, most significant digit first.
void append_hex_number(std::string& out, std::uint64_t number);
std::string hex_number(std::uint64_t number);

/// A byte as exactly two digits.
void append_hex_byte(std::string& out, std::uint8_t byte);

/// Nothing unless the text is an even number of hex digits.
std::optional<std::string> decode_hex(std::string_view digits);

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace protocol
