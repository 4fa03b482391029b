#include "tools/script/language.hpp"

#include <cstring>

#include "tools/script/session.hpp"

namespace tools::script {

using namespace target;

namespace {

constexpr int instructions_between_looks = 10'000;

// From then on before each instruction: pcall must not keep the script going.
void end_if_wanted(lua_State* state, lua_Debug*) {
  if (!session_of(state).must_end()) return;
  lua_sethook(state, end_if_wanted, LUA_MASKCOUNT, 1);
  luaL_error(state, "interrupted");
}

void open_libraries(lua_State* state) {
  constexpr luaL_Reg libraries[]{{LUA_GNAME, luaopen_base},         {LUA_COLIBNAME, luaopen_coroutine}, {LUA_TABLIBNAME, luaopen_table},
                                 {LUA_IOLIBNAME, luaopen_io},       {LUA_OSLIBNAME, luaopen_os},        {LUA_STRLIBNAME, luaopen_string},
                                 {LUA_MATHLIBNAME, luaopen_math},   {LUA_UTF8LIBNAME, luaopen_utf8}};
  for (const auto& [name, open] : libraries) {
    luaL_requiref(state, name, open, 1);
    lua_pop(state, 1);
  }
  // The programs would be left as they stand.
  lua_getglobal(state, LUA_OSLIBNAME);
  lua_pushnil(state);
  lua_setfield(state, -2, "exit");
  lua_pop(state, 1);
}

Result<void> loaded(lua_State* state, int status) {
  if (status == LUA_OK) return {};
  return failure(EINVAL, take_error(state));
}

}  // namespace

Language::Language(Session* session) : state_(luaL_newstate()) {
  *static_cast<Session**>(lua_getextraspace(state_.get())) = session;
  open_libraries(state_.get());
  lua_sethook(state_.get(), end_if_wanted, LUA_MASKCOUNT, instructions_between_looks);
}

Result<void> Language::load_file(const std::string& path) {
  if (auto* file = std::fopen(path.c_str(), "re"); file == nullptr)
    return system_failure("Cannot read the script " + path);
  else
    std::fclose(file);
  return loaded(state(), luaL_loadfilex(state(), path.c_str(), "t"));
}

Result<void> Language::load_text(const std::string& text, const std::string& name, const std::string& arguments) {
  const auto code = "local " + arguments + " = ...; " + text;
  return loaded(state(), luaL_loadbufferx(state(), code.data(), code.size(), ("=" + name).c_str(), "t"));
}

Session& session_of(lua_State* state) { return **static_cast<Session**>(lua_getextraspace(state)); }

std::string take_error(lua_State* state) {
  const char* text = lua_tostring(state, -1);
  const std::string message = text != nullptr ? text : std::string("an error that is a ") + luaL_typename(state, -1);
  lua_pop(state, 1);
  return message;
}

void raise(lua_State* state, const Error& error) {
  luaL_where(state, 1);
  lua_pushlstring(state, error.message.data(), error.message.size());
  lua_concat(state, 2);
  lua_error(state);
  std::abort();
}

std::string_view text_at(lua_State* state, int index) {
  std::size_t length = 0;
  const char* text = luaL_checklstring(state, index, &length);
  return {text, length};
}

}  // namespace tools::script
