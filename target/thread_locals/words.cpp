#include "target/thread_locals/words.hpp"

#include <cstring>
#include <string>

namespace target::thread_locals {

bool Words::read(Address at, std::span<std::byte> into) const {
  const auto got = read_(at, into);
  return got && *got == into.size();
}

std::optional<std::uint64_t> Words::word(Address at) const {
  if (wide()) return object<std::uint64_t>(at);
  const auto half = object<std::uint32_t>(at);
  return half ? std::optional<std::uint64_t>(*half) : std::nullopt;
}

bool Words::string_is(Address at, std::string_view text) const {
  std::string there(text.size() + 1, '?');
  if (!read(at, std::as_writable_bytes(std::span(there)))) return false;
  return there.back() == '\0' && std::string_view(there).substr(0, text.size()) == text;
}

}  // namespace target::thread_locals
