#include "tools/script/callbacks.hpp"

#include <algorithm>
#include <utility>

#include "tools/script/language.hpp"

namespace tools::script {

using namespace target;

Callbacks::Coroutine Callbacks::fresh() {
  if (!idle_.empty()) {
    const auto coroutine = idle_.back();
    idle_.pop_back();
    return coroutine;
  }
  auto* state = lua_newthread(main_);
  return {state, luaL_ref(main_, LUA_REGISTRYINDEX)};
}

void Callbacks::drop(const Coroutine& coroutine) {
  lua_resetthread(coroutine.state);
  luaL_unref(main_, LUA_REGISTRYINDEX, coroutine.anchor);
}

Result<std::string> Callbacks::call(Callback function, Tid thread, PushArguments arguments, const void* context) {
  const auto coroutine = fresh();
  lua_rawgeti(coroutine.state, LUA_REGISTRYINDEX, function);
  return resume(coroutine, thread, arguments(coroutine.state, context));
}

Result<std::string> Callbacks::resume(const Coroutine& coroutine, Tid thread, int arguments) {
  running_ = coroutine.state;
  thread_ = thread;
  wanted_.reset();
  int returned = 0;
  const int status = lua_resume(coroutine.state, main_, arguments, &returned);
  running_ = nullptr;
  if (status == LUA_YIELD && wanted_) {
    lua_pop(coroutine.state, returned);
    waiting_[thread].push_back({coroutine, *wanted_});
    return {};
  }
  if (status != LUA_OK) {
    const auto message = status == LUA_YIELD ? "a hook has called coroutine.yield(), and nobody goes on with it" : take_error(coroutine.state);
    drop(coroutine);
    return failure(EINVAL, message);
  }
  std::string word;
  if (returned > 0 && lua_type(coroutine.state, -returned) == LUA_TSTRING) word = lua_tostring(coroutine.state, -returned);
  lua_settop(coroutine.state, 0);
  idle_.push_back(coroutine);
  return word;
}

bool Callbacks::steps(Tid thread) const {
  const auto known = waiting_.find(thread);
  return known != waiting_.end() &&
         std::any_of(known->second.begin(), known->second.end(), [](const Waiting& one) { return one.wait.steps > 0; });
}

Result<bool> Callbacks::stepped(Tid thread) {
  return resume_if(thread, [](Wait& wait) { return wait.steps > 0 && --wait.steps == 0; });
}

Result<bool> Callbacks::came_to(Tid thread, Address at, Address sp) {
  return resume_if(thread, [=](const Wait& wait) { return wait.steps == 0 && wait.at == at && wait.above < sp; });
}

// The innermost first; each of them may wait anew.
Result<bool> Callbacks::resume_if(Tid thread, const std::function<bool(Wait&)>& is_over) {
  const auto known = waiting_.find(thread);
  if (known == waiting_.end()) return false;
  std::vector<Waiting> over;
  std::erase_if(known->second, [&](Waiting& one) {
    const bool ends = is_over(one.wait);
    if (ends) over.push_back(one);
    return ends;
  });
  if (known->second.empty()) waiting_.erase(known);
  for (auto one = over.rbegin(); one != over.rend(); ++one)
    if (auto resumed = resume(one->coroutine, thread, 0); !resumed) return tl::unexpected(resumed.error());
  return !over.empty();
}

void Callbacks::forget(Tid thread) {
  const auto known = waiting_.find(thread);
  if (known == waiting_.end()) return;
  for (const auto& one : known->second) drop(one.coroutine);
  waiting_.erase(known);
}

std::vector<Tid> Callbacks::steppers() const {
  std::vector<Tid> found;
  for (const auto& [thread, waits] : waiting_)
    if (steps(thread)) found.push_back(thread);
  return found;
}

}  // namespace tools::script
