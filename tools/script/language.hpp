#pragma once

#include <lua5.4/lua.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "target/types/result.hpp"

namespace tools::script {

class Session;

/// A Lua interpreter with Lua's own libraries, but for what loads others and os.exit.
///
/// It is the build of Lua as C++: an error leaves functions as an exception does, and their variables are destroyed.
class Language {
 public:
  /// \param session  null: it is not going to run anything
  explicit Language(Session* session);

  lua_State* state() const { return state_.get(); }
  /// Leaves the file's code on the stack, as a function. An error says where in it.
  target::Result<void> load_file(const std::string& path);
  /// The same for a piece of text. \param arguments  names of what it is called with
  target::Result<void> load_text(const std::string& text, const std::string& name, const std::string& arguments);

 private:
  struct Close {
    void operator()(lua_State* state) const { lua_close(state); }
  };
  std::unique_ptr<lua_State, Close> state_;
};

Session& session_of(lua_State* state);

/// What is on top of the stack, taken off it, as the text of an error.
std::string take_error(lua_State* state);

/// Never returns. The message gets the place in the script.
[[noreturn]] void raise(lua_State* state, const target::Error& error);

/// A function of the script's language: takes its arguments from the stack and pushes what it returns; how many those
/// are.
using Body = target::Result<int> (*)(Session&, lua_State*);

template <Body body>
int bound(lua_State* state) {
  const auto returned = body(session_of(state), state);
  if (!returned) raise(state, returned.error());
  return *returned;
}

std::string_view text_at(lua_State* state, int index);

}  // namespace tools::script
