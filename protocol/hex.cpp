#include "protocol/hex.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace protocol {
namespace {

constexpr char digits[] = "0123456789abcdef";

// Both digits of every byte: one load and one store a byte keep memory reads at the speed of the socket.
constexpr auto digit_pairs = [] {
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte)
    pairs[byte] = {digits[byte >> 4], digits[byte & 15]};
  return pairs;
}();

}  // namespace

void append_hex(std::string& out, std::span<const std::byte> bytes) {
  const auto start = out.size();
  out.resize(start + bytes.size() * 2);
  char* to = out.data() + start;
  for (const std::byte byte : bytes) {
    std::memcpy(to, digit_pairs[std::to_integer<std::size_t>(byte)].data(), 2);
    to += 2;
  }
}

void append_hex(std::string& out, std::string_view text) { append_hex(out, as_bytes(text)); }

void append_hex_number(std::string& out, std::uint64_t number) {
  int shift = number == 0 ? 0 : (63 - std::countl_zero(number)) / 4 * 4;
  for (; shift >= 0; shift -= 4) out.push_back(digits[(number >> shift) & 15]);
}

std::string hex_number(std::uint64_t number) {
  std::string out;
  append_hex_number(out, number);
  return out;
}

void append_hex_byte(std::string& out, std::uint8_t byte) {
  out.append(digit_pairs[byte].data(), 2);
}

std::optional<std::string> decode_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes(text.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<char>(high << 4 | low);
  }
  return bytes;
}

}  // namespace protocol
