// The program's memory, as it means it to be: without our traps.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "tools/script/library/library.hpp"
#include "tools/script/session.hpp"

namespace tools::script {

using namespace target;

namespace {

constexpr lua_Integer most_bytes = 256 << 20;

Address address_at(lua_State* state, int index) { return {static_cast<std::uint64_t>(luaL_checkinteger(state, index))}; }

Result<void> read_all(Process& process, Address at, std::span<std::byte> into) {
  const auto got = process.space().read(at, into);
  if (got && *got == into.size()) return {};
  const auto missing = at + got.value_or(0);
  return failure(EFAULT, fmt::format("cannot read {} bytes at {:#x}: there is no memory at {:#x}", into.size(), at.value, missing.value));
}

Result<void> write_all(Process& process, Address at, std::span<const std::byte> bytes) {
  if (auto written = process.space().write(at, bytes); !written)
    return failure(written.error().code, fmt::format("cannot write {} bytes at {:#x}: {}", bytes.size(), at.value, written.error().message));
  return {};
}

Result<int> read(Session& session, lua_State* state) {
  const auto from = whom(session, state);
  if (!from) return tl::unexpected(from.error());
  const auto at = address_at(state, 1);
  const auto bytes = luaL_checkinteger(state, 2);
  if (bytes < 0 || bytes > most_bytes) return failure(EINVAL, fmt::format("cannot read {} bytes; 0 to {} can be", bytes, most_bytes));
  luaL_Buffer buffer;
  const auto size = static_cast<std::size_t>(bytes);
  auto* into = reinterpret_cast<std::byte*>(luaL_buffinitsize(state, &buffer, size));
  if (auto done = read_all(*from->process, at, {into, size}); !done) return tl::unexpected(done.error());
  luaL_pushresultsize(&buffer, size);
  return 1;
}

Result<int> write(Session& session, lua_State* state) {
  const auto to = whom(session, state);
  if (!to) return tl::unexpected(to.error());
  const auto at = address_at(state, 1);
  const auto bytes = text_at(state, 2);
  if (auto done = write_all(*to->process, at, std::as_bytes(std::span(bytes))); !done) return tl::unexpected(done.error());
  return 0;
}

template <class Number>
Result<int> read_number(Session& session, lua_State* state) {
  const auto from = whom(session, state);
  if (!from) return tl::unexpected(from.error());
  Number number{};
  const auto at = address_at(state, 1);
  if (auto done = read_all(*from->process, at, std::as_writable_bytes(std::span(&number, 1))); !done) return tl::unexpected(done.error());
  lua_pushinteger(state, static_cast<lua_Integer>(number));
  return 1;
}

template <class Number>
Result<int> write_number(Session& session, lua_State* state) {
  const auto to = whom(session, state);
  if (!to) return tl::unexpected(to.error());
  const auto at = address_at(state, 1);
  const auto number = static_cast<Number>(luaL_checkinteger(state, 2));
  if (auto done = write_all(*to->process, at, std::as_bytes(std::span(&number, 1))); !done) return tl::unexpected(done.error());
  return 0;
}

// Up to its end or to so many bytes.
Result<int> read_string(Session& session, lua_State* state) {
  constexpr std::size_t usual = 4096, piece = 256;
  const auto from = whom(session, state);
  if (!from) return tl::unexpected(from.error());
  const auto at = address_at(state, 1);
  const auto most = static_cast<std::size_t>(std::clamp<lua_Integer>(luaL_optinteger(state, 2, usual), 0, most_bytes));
  std::string text;
  while (text.size() < most) {
    std::array<char, piece> buffer;
    const auto into = std::as_writable_bytes(std::span(buffer)).first(std::min(piece, most - text.size()));
    const auto got = from->process->space().read(at + text.size(), into);
    if (!got) return failure(EFAULT, fmt::format("cannot read the text at {:#x}: there is no memory at {:#x}", at.value, at.value + text.size()));
    const std::string_view part(buffer.data(), *got);
    const auto end = part.find('\0');
    text += part.substr(0, end);
    if (end != std::string_view::npos) break;
  }
  lua_pushlstring(state, text.data(), text.size());
  return 1;
}

}  // namespace

void open_memory(lua_State* state) {
  define(state, "read", bound<read>, As::Both);
  define(state, "write", bound<write>, As::Both);
  define(state, "read_u8", bound<read_number<std::uint8_t>>, As::Both);
  define(state, "read_u16", bound<read_number<std::uint16_t>>, As::Both);
  define(state, "read_u32", bound<read_number<std::uint32_t>>, As::Both);
  define(state, "read_u64", bound<read_number<std::uint64_t>>, As::Both);
  define(state, "write_u8", bound<write_number<std::uint8_t>>, As::Both);
  define(state, "write_u16", bound<write_number<std::uint16_t>>, As::Both);
  define(state, "write_u32", bound<write_number<std::uint32_t>>, As::Both);
  define(state, "write_u64", bound<write_number<std::uint64_t>>, As::Both);
  define(state, "read_string", bound<read_string>, As::Both);
}

}  // namespace tools::script
