// Arguments that are shown as they are: numbers, texts, buffers.

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tools/syscalls/arguments.hpp"

namespace tools::syscalls {

using namespace target;

namespace {

constexpr std::size_t longest_path = 4095;  // PATH_MAX
constexpr std::size_t most_words = 32;

std::string integer(const Call& call, std::size_t index, std::size_t) { return std::to_string(call.integer(index)); }
std::string natural(const Call& call, std::size_t index, std::size_t) {
  return std::to_string(call.argument(index));
}
std::string offset(const Call& call, std::size_t index, std::size_t) {
  return std::to_string(call.wide() ? static_cast<std::int64_t>(call.argument(index)) : call.integer(index));
}
std::string hex(const Call& call, std::size_t index, std::size_t) { return fmt::format("{:#x}", call.argument(index)); }
// Counted in pages.
std::string page_offset(const Call& call, std::size_t index, std::size_t) { return fmt::format("{:#x}", call.argument(index) << 12); }
std::string octal(const Call& call, std::size_t index, std::size_t) {
  const auto mode = static_cast<std::uint32_t>(call.argument(index));
  return mode == 0 ? "000" : fmt::format("{:#o}", mode);
}
std::string address(const Call& call, std::size_t index, std::size_t) { return pointer(call.address(index)); }
std::string directory(const Call& call, std::size_t index, std::size_t) {
  return call.integer(index) == AT_FDCWD ? "AT_FDCWD" : std::to_string(call.integer(index));
}
std::string user(const Call& call, std::size_t index, std::size_t) {
  const auto id = static_cast<std::uint32_t>(call.argument(index));
  return id == ~0u ? "-1" : std::to_string(id);
}
std::string device(const Call& call, std::size_t index, std::size_t) {
  const auto number = call.argument(index);
  return fmt::format("makedev({:#x}, {:#x})", (number >> 8) & 0xfff, (number & 0xff) | ((number >> 12) & 0xfff00));
}

std::string path(const Call& call, std::size_t index, std::size_t) { return quoted_text(call, call.address(index), longest_path); }
std::string text(const Call& call, std::size_t index, std::size_t) {
  return quoted_text(call, call.address(index), call.longest_text());
}
std::string bytes_in(const Call& call, std::size_t index, std::size_t length) {
  return quoted_buffer(call, call.address(index), call.argument(length));
}
std::string bytes_out(const Call& call, std::size_t index, std::size_t) {
  if (call.failed()) return pointer(call.address(index));
  return quoted_buffer(call, call.address(index), static_cast<std::uint64_t>(call.result->value));
}
std::string path_out(const Call& call, std::size_t index, std::size_t) {
  return call.failed() ? pointer(call.address(index)) : quoted_text(call, call.address(index), longest_path);
}

std::string words(const Call& call, std::size_t index, std::size_t) {
  const auto at = call.address(index);
  if (at.value == 0) return "NULL";
  std::string list;
  for (std::size_t i = 0;; ++i) {
    const auto word = call.word(at + i * call.word_bytes());
    if (!word) return pointer(at);
    if (*word == 0) return "[" + list + "]";
    if (!list.empty()) list += ", ";
    if (i == most_words) return "[" + list + "...]";
    list += quoted_text(call, {*word}, call.longest_text());
  }
}
std::string environment(const Call& call, std::size_t index, std::size_t) {
  const auto at = call.address(index);
  if (at.value == 0) return "NULL";
  std::size_t count = 0;
  while (call.word(at + count * call.word_bytes()).value_or(0) != 0) ++count;
  return fmt::format("{:#x} /* {} var{} */", at.value, count, count == 1 ? "" : "s");
}

std::string int_at(const Call& call, std::size_t index, std::size_t) {
  const auto value = call.object<std::int32_t>(call.address(index));
  return value ? fmt::format("[{}]", *value) : pointer(call.address(index));
}
std::string word_at(const Call& call, std::size_t index, std::size_t) {
  const auto value = call.word(call.address(index));
  return value ? fmt::format("[{}]", *value) : pointer(call.address(index));
}
std::string two_descriptors(const Call& call, std::size_t index, std::size_t) {
  const auto pair = call.failed() ? std::nullopt : call.object<std::array<std::int32_t, 2>>(call.address(index));
  return pair ? fmt::format("[{}, {}]", (*pair)[0], (*pair)[1]) : pointer(call.address(index));
}

constexpr auto entry = Moment::Entry;
constexpr auto on_return = Moment::Return;
constexpr std::array kinds{
    ArgumentKind{"int", entry, integer},
    ArgumentKind{"fd", entry, integer},
    ArgumentKind{"pid", entry, integer},
    ArgumentKind{"size", entry, natural},
    ArgumentKind{"offset", entry, offset},
    ArgumentKind{"hex", entry, hex},
    ArgumentKind{"pages", entry, page_offset},
    ArgumentKind{"mode", entry, octal},
    ArgumentKind{"address", entry, address},
    ArgumentKind{"directory", entry, directory},
    ArgumentKind{"user", entry, user},
    ArgumentKind{"device", entry, device},
    ArgumentKind{"path", entry, path},
    ArgumentKind{"text", entry, text},
    ArgumentKind{"bytes", entry, bytes_in},
    ArgumentKind{"bytes_out", on_return, bytes_out},
    ArgumentKind{"path_out", on_return, path_out},
    ArgumentKind{"words", entry, words},
    ArgumentKind{"environment", entry, environment},
    ArgumentKind{"int_at", entry, int_at},
    ArgumentKind{"int_out", on_return, int_at},
    ArgumentKind{"word_at", entry, word_at},
    ArgumentKind{"word_out", on_return, word_at},
    ArgumentKind{"two_fds_out", on_return, two_descriptors},
};

}  // namespace

std::span<const ArgumentKind> plain_kinds() { return kinds; }

const ArgumentKind* find_kind(std::string_view word) {
  for (const auto table : {plain_kinds(), named_kinds(), structure_kinds(), message_kinds()}) {
    const auto found = std::find_if(table.begin(), table.end(), [word](const auto& kind) { return kind.word == word; });
    if (found != table.end()) return &*found;
  }
  return nullptr;
}

}  // namespace tools::syscalls
