#include "tools/script/values.hpp"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace tools::script {

using namespace target;
using json = nlohmann::ordered_json;

namespace {

constexpr int deepest = 100;

Result<json> convert(lua_State* state, int index, int depth);

// Text, or the number as text.
Result<std::string> key_at(lua_State* state, int index) {
  if (lua_type(state, index) != LUA_TSTRING && lua_isinteger(state, index) == 0)
    return failure(EINVAL, std::string("JSON has no names that are a ") + luaL_typename(state, index));
  lua_pushvalue(state, index);  // lua_next must not see it changed
  std::string key = lua_tostring(state, -1);
  lua_pop(state, 1);
  return key;
}

Result<json> convert_array(lua_State* state, int index, lua_Integer count, int depth) {
  auto array = json::array();
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(state, index, i);
    auto element = convert(state, lua_gettop(state), depth);
    if (!element) return element;
    array.push_back(std::move(*element));
    lua_pop(state, 1);
  }
  return array;
}

Result<json> convert_object(lua_State* state, int index, int depth) {
  std::map<std::string, json> members;
  lua_pushnil(state);
  while (lua_next(state, index) != 0) {
    auto key = key_at(state, lua_gettop(state) - 1);
    if (!key) return tl::unexpected(key.error());
    auto value = convert(state, lua_gettop(state), depth);
    if (!value) return value;
    members.insert_or_assign(std::move(*key), std::move(*value));
    lua_pop(state, 1);
  }
  auto object = json::object();
  for (auto& [key, value] : members) object[key] = std::move(value);
  return object;
}

std::size_t members_of(lua_State* state, int index) {
  std::size_t count = 0;
  lua_pushnil(state);
  for (; lua_next(state, index) != 0; ++count) lua_pop(state, 1);
  return count;
}

Result<json> convert_table(lua_State* state, int index, int depth) {
  if (depth >= deepest || lua_checkstack(state, 8) == 0) return failure(EINVAL, "the table is too deep for JSON, or holds itself");
  const auto count = lua_rawlen(state, index);
  if (count == members_of(state, index)) return convert_array(state, index, static_cast<lua_Integer>(count), depth + 1);
  return convert_object(state, index, depth + 1);
}

Result<json> convert(lua_State* state, int index, int depth) {
  switch (lua_type(state, index)) {
    case LUA_TNIL: return json();
    case LUA_TBOOLEAN: return json(lua_toboolean(state, index) != 0);
    case LUA_TNUMBER:
      if (lua_isinteger(state, index) != 0) return json(static_cast<std::int64_t>(lua_tointeger(state, index)));
      return json(lua_tonumber(state, index));
    case LUA_TSTRING: {
      std::size_t length = 0;
      const char* text = lua_tolstring(state, index, &length);
      return json(std::string(text, length));
    }
    case LUA_TTABLE: return convert_table(state, index, depth);
    default: return failure(EINVAL, std::string("JSON has no word for a ") + luaL_typename(state, index));
  }
}

}  // namespace

Result<json> json_of(lua_State* state, int index) { return convert(state, lua_absindex(state, index), 0); }

}  // namespace tools::script
