// What the script says, and the library as a whole.

#include <nlohmann/json.hpp>
#include <string>

#include "tools/script/library/library.hpp"
#include "tools/script/session.hpp"
#include "tools/script/values.hpp"

namespace tools::script {

using namespace target;

namespace {

constexpr auto replace = nlohmann::json::error_handler_t::replace;

Result<int> print(Session& session, lua_State* state) {
  std::string text;
  const int count = lua_gettop(state);
  for (int i = 1; i <= count; ++i) {
    std::size_t length = 0;
    const char* part = luaL_tolstring(state, i, &length);
    text.append(i > 1 ? "\t" : "").append(part, length);
    lua_pop(state, 1);
  }
  if (session.output().json())
    session.output().object("print", {{"text", text}});
  else
    session.output().line(text);
  return 0;
}

Result<int> to_json(Session&, lua_State* state) {
  luaL_checkany(state, 1);
  const auto value = json_of(state, 1);
  if (!value) return tl::unexpected(value.error());
  const auto text = value->dump(-1, ' ', false, replace);
  lua_pushlstring(state, text.data(), text.size());
  return 1;
}

// One object, whose type is "emit" unless it has its own.
Result<int> emit(Session& session, lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  auto fields = json_of(state, 1);
  if (!fields) return tl::unexpected(fields.error());
  if (!fields->is_object()) return failure(EINVAL, "emit() takes a table with names");
  if (session.output().json())
    session.output().object("emit", std::move(*fields));
  else
    session.output().line(fields->dump(-1, ' ', false, replace));
  return 0;
}

}  // namespace

void open_output(lua_State* state) {
  define(state, "print", bound<print>, As::Function);
  define(state, "json", bound<to_json>, As::Function);
  define(state, "emit", bound<emit>, As::Function);
}

// The methods are on top of the stack.
void define(lua_State* state, const char* name, lua_CFunction function, As as) {
  lua_pushcfunction(state, function);
  if (as == As::Both) {
    lua_pushvalue(state, -1);
    lua_setfield(state, -3, name);
  }
  lua_setglobal(state, name);
}

void open_library(lua_State* state) {
  lua_newtable(state);
  for (const auto open : {open_memory, open_symbols, open_control, open_output, open_registers}) open(state);
  lua_pop(state, 1);
}

}  // namespace tools::script
