// Names for addresses and the other way round; code and call stacks.

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "target/disassembly.hpp"
#include "target/symbols/backtrace.hpp"
#include "tools/script/library/library.hpp"
#include "tools/script/session.hpp"

namespace tools::script {

using namespace target;

namespace {

Address address_at(lua_State* state, int index) { return {static_cast<std::uint64_t>(luaL_checkinteger(state, index))}; }

symbols::Symbols& symbols_at(Session& session, const Process& process, Address at) { return session.book().at(process.pid(), at); }

void set_text(lua_State* state, const char* name, std::string_view text) {
  lua_pushlstring(state, text.data(), text.size());
  lua_setfield(state, -2, name);
}

void set_number(lua_State* state, const char* name, std::uint64_t number) {
  lua_pushinteger(state, static_cast<lua_Integer>(number));
  lua_setfield(state, -2, name);
}

Result<int> address(Session& session, lua_State* state) {
  const auto in = whom(session, state);
  if (!in) return tl::unexpected(in.error());
  const auto location = symbols::Location::parse(text_at(state, 1));
  if (!location) return tl::unexpected(location.error());
  auto& symbols = session.book().of(in->process->pid());
  auto found = symbols.find(*location);
  if (!found && found.error().code == ENOENT) {
    symbols.refresh();
    found = symbols.find(*location);
  }
  if (!found) return tl::unexpected(found.error());
  lua_pushinteger(state, static_cast<lua_Integer>(found->value));
  return 1;
}

Result<int> symbol(Session& session, lua_State* state) {
  const auto in = whom(session, state);
  if (!in) return tl::unexpected(in.error());
  const auto at = address_at(state, 1);
  const auto text = symbols_at(session, *in->process, at).text(at);
  lua_pushlstring(state, text.data(), text.size());
  return 1;
}

// The file and the number, or nothing.
Result<int> line(Session& session, lua_State* state) {
  const auto in = whom(session, state);
  if (!in) return tl::unexpected(in.error());
  const auto at = address_at(state, 1);
  const auto found = symbols_at(session, *in->process, at).line(at);
  if (found.number == 0) return 0;
  lua_pushlstring(state, found.file.data(), found.file.size());
  lua_pushinteger(state, found.number);
  return 2;
}

Result<int> disassembly(Session& session, lua_State* state) {
  constexpr lua_Integer most = 100'000;
  const auto in = whom(session, state);
  if (!in) return tl::unexpected(in.error());
  const auto at = address_at(state, 1);
  const auto count = static_cast<std::size_t>(std::clamp<lua_Integer>(luaL_optinteger(state, 2, 1), 1, most));
  const auto found = disassemble(*in->process, at, count);
  if (!found) return failure(found.error().code, fmt::format("cannot read the code at {:#x}: {}", at.value, found.error().message));
  lua_createtable(state, static_cast<int>(found->size()), 0);
  lua_Integer number = 0;
  for (const auto& instruction : *found) {
    lua_createtable(state, 0, 3);
    set_number(state, "address", instruction.at.value);
    set_text(state, "bytes", {reinterpret_cast<const char*>(instruction.bytes.data()), instruction.bytes.size()});
    set_text(state, "text", instruction.text);
    lua_rawseti(state, -2, ++number);
  }
  return 1;
}

void push_frame(lua_State* state, symbols::Symbols& symbols, const symbols::Frame& frame) {
  lua_createtable(state, 0, 4);
  set_number(state, "address", frame.pc.value);
  set_text(state, "symbol", symbols.text(frame.pc));
  if (const auto line = symbols.line(frame.inside); line.number != 0) {
    set_text(state, "file", line.file);
    set_number(state, "line", static_cast<std::uint64_t>(line.number));
  }
}

Result<int> call_stack(Session& session, lua_State* state) {
  const auto thread = whose(session, state);
  if (!thread) return tl::unexpected(thread.error());
  const auto most = static_cast<std::size_t>(std::clamp<lua_Integer>(luaL_optinteger(state, 1, 64), 1, 10'000));
  const auto pc = (*thread)->registers().pc().value_or(Address{});
  auto& symbols = symbols_at(session, (*thread)->process(), pc);
  lua_newtable(state);
  lua_Integer number = 0;
  for (const auto& frame : symbols::backtrace(**thread, symbols, most).frames) {
    push_frame(state, symbols, frame);
    lua_rawseti(state, -2, ++number);
  }
  return 1;
}

}  // namespace

void open_symbols(lua_State* state) {
  define(state, "address", bound<address>, As::Both);
  define(state, "symbol", bound<symbol>, As::Both);
  define(state, "line", bound<line>, As::Both);
  define(state, "disassemble", bound<disassembly>, As::Both);
  define(state, "backtrace", bound<call_stack>, As::Both);
}

}  // namespace tools::script
