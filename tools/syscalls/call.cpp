#include "tools/syscalls/call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace tools::syscalls {

using namespace target;

namespace {

std::string escaped(unsigned char byte, bool digit_follows) {
  switch (byte) {
    case '\n': return "\\n";
    case '\t': return "\\t";
    case '\r': return "\\r";
    case '\v': return "\\v";
    case '\f': return "\\f";
    case '"': return "\\\"";
    case '\\': return "\\\\";
    default: break;
  }
  if (byte >= ' ' && byte < 0x7f) return {static_cast<char>(byte)};
  return digit_follows ? fmt::format("\\{:03o}", byte) : fmt::format("\\{:o}", byte);
}

bool is_digit(std::byte byte) { return byte >= std::byte{'0'} && byte <= std::byte{'9'}; }

}  // namespace

std::optional<std::uint64_t> Call::word(Address at) const {
  if (wide()) return object<std::uint64_t>(at);
  return object<std::uint32_t>(at);
}

std::string pointer(Address address) { return address.value == 0 ? "NULL" : fmt::format("{:#x}", address.value); }

std::string quoted(std::span<const std::byte> bytes, bool more) {
  std::string text = "\"";
  for (std::size_t i = 0; i < bytes.size(); ++i)
    text += escaped(std::to_integer<unsigned char>(bytes[i]), i + 1 < bytes.size() && is_digit(bytes[i + 1]));
  return text + (more ? "\"..." : "\"");
}

std::string quoted_buffer(const Call& call, Address at, std::uint64_t bytes) {
  if (at.value == 0) return "NULL";
  const auto shown = std::min<std::uint64_t>(bytes, call.longest_text());
  std::vector<std::byte> buffer(shown);
  const auto got = call.read(at, buffer);
  if (got == 0 && shown != 0) return pointer(at);
  return quoted(std::span(buffer).first(got), got < bytes);
}

std::string quoted_text(const Call& call, Address at, std::size_t longest) {
  if (at.value == 0) return "NULL";
  std::vector<std::byte> buffer(longest + 1);
  const auto got = call.read(at, buffer);
  if (got == 0) return pointer(at);
  const auto end = std::find(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got), std::byte{0});
  const auto length = static_cast<std::size_t>(end - buffer.begin());
  return quoted(std::span(buffer).first(std::min(length, longest)), length > longest);
}

}  // namespace tools::syscalls
