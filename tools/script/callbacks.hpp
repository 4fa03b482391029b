#pragma once

#include <functional>
#include <lua5.4/lua.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"
#include "tools/script/hooks.hpp"

namespace tools::script {

/// What a function of the script waits for, in the middle of itself.
struct Wait {
  std::uint64_t steps = 0;  ///< so many more of its thread; 0: for a return
  target::Address at;       ///< the return is there ...
  target::Address above;    ///< ... with the stack pointer above this
};

/// Runs the script's functions. Each is a coroutine: it may wait for its thread to have got somewhere, and other threads run
/// on meanwhile.
class Callbacks {
 public:
  explicit Callbacks(lua_State* main) : main_(main) {}

  /// Pushes the arguments and returns how many those are.
  using PushArguments = int (*)(lua_State*, const void* context);
  /// What the function has returned, if that is a text and it did not have to wait. An error is the script's.
  target::Result<std::string> call(Callback function, target::Tid thread, PushArguments arguments, const void* context);

  /// For who is about to yield. False if it is not such a function itself, but a coroutine of the script's.
  bool may_wait(const lua_State* state) const { return state == running_ && thread_.value != 0; }
  void wait_for(const Wait& wait) { wanted_ = wait; }

  bool steps(target::Tid thread) const;
  /// Goes on with what has waited for that. True if it had.
  target::Result<bool> stepped(target::Tid thread);
  target::Result<bool> came_to(target::Tid thread, target::Address at, target::Address sp);
  /// Nothing comes of what has waited for it.
  void forget(target::Tid thread);
  /// Threads that are to be stepped.
  std::vector<target::Tid> steppers() const;

 private:
  struct Coroutine {
    lua_State* state = nullptr;
    int anchor = LUA_NOREF;  // keeps it from being collected
  };
  struct Waiting {
    Coroutine coroutine;
    Wait wait;
  };
  Coroutine fresh();
  target::Result<std::string> resume(const Coroutine& coroutine, target::Tid thread, int arguments);
  target::Result<bool> resume_if(target::Tid thread, const std::function<bool(Wait&)>& is_over);
  void drop(const Coroutine& coroutine);

  lua_State* main_;
  std::vector<Coroutine> idle_;
  std::unordered_map<target::Tid, std::vector<Waiting>> waiting_;
  // Of the one that runs.
  const lua_State* running_ = nullptr;
  target::Tid thread_;
  std::optional<Wait> wanted_;
};

}  // namespace tools::script
