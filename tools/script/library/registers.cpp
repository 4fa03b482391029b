// Threads as values of the script, and their registers: fields of a thread, and variables in the hooks.

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "target/process_info.hpp"
#include "tools/script/library/library.hpp"
#include "tools/script/register_names.hpp"
#include "tools/script/session.hpp"

namespace tools::script {

using namespace target;

namespace {

constexpr auto thread_type = "remora.thread";
constexpr std::size_t longest = 64;
using Bytes = std::array<std::byte, longest>;

Result<void> push_register(lua_State* state, Thread& thread, const RegisterName& name) {
  Bytes bytes{};
  auto read = thread.registers().read(*name.whole, std::span(bytes).first(name.whole->bytes()));
  if (!read) return failure(read.error().code, fmt::format("cannot read {}: {}", name.whole->name, read.error().message));
  if (name.is_number()) {
    lua_Integer value = 0;
    std::memcpy(&value, bytes.data() + name.first, name.bytes);
    lua_pushinteger(state, value);
  } else {
    lua_pushlstring(state, reinterpret_cast<const char*>(bytes.data()), name.bytes);
  }
  return {};
}

Result<void> put(lua_State* state, int index, const RegisterName& name, std::span<std::byte> whole) {
  if (name.clears_rest) std::fill(whole.begin(), whole.end(), std::byte{});
  const auto into = whole.subspan(name.first, name.bytes);
  if (name.is_number()) {
    int is_integer = 0;
    const auto value = lua_tointegerx(state, index, &is_integer);
    if (is_integer == 0) return failure(EINVAL, fmt::format("{} takes an integer, not a {}", name.whole->name, luaL_typename(state, index)));
    std::memcpy(into.data(), &value, into.size());
    return {};
  }
  std::size_t length = 0;
  const char* text = lua_type(state, index) == LUA_TSTRING ? lua_tolstring(state, index, &length) : nullptr;
  if (text == nullptr || length != into.size())
    return failure(EINVAL, fmt::format("{} takes a string of {} bytes; string.pack makes one", name.whole->name, into.size()));
  std::memcpy(into.data(), text, length);
  return {};
}

Result<void> set_register(lua_State* state, int index, Thread& thread, const RegisterName& name) {
  Bytes bytes{};
  const auto whole = std::span(bytes).first(name.whole->bytes());
  auto done = thread.registers().read(*name.whole, whole);
  if (done) done = put(state, index, name, whole);
  if (!done) return done;
  done = thread.registers().write(*name.whole, whole);
  if (!done) return failure(done.error().code, fmt::format("cannot write {}: {}", name.whole->name, done.error().message));
  return {};
}

const RegisterName* register_named(const Process& process, std::string_view name) {
  return RegisterNames::of(process.layout()).find(name);
}

// t.NAME
Result<int> get_field(Session& session, lua_State* state) {
  const auto id = *thread_at(state, 1);
  const auto name = text_at(state, 2);
  lua_pushvalue(state, 2);
  if (lua_rawget(state, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  if (name == "pid" || name == "tid") {
    lua_pushinteger(state, name == "pid" ? id.pid.value : id.tid.value);
    return 1;
  }
  if (name == "name") {
    lua_pushstring(state, thread_summary(id).name.c_str());
    return 1;
  }
  const auto thread = stopped_thread(session, id);
  if (!thread) return tl::unexpected(thread.error());
  const auto* known = register_named((*thread)->process(), name);
  if (known == nullptr) return failure(EINVAL, fmt::format("a thread has no register, field or method \"{}\"", name));
  if (auto pushed = push_register(state, **thread, *known); !pushed) return tl::unexpected(pushed.error());
  return 1;
}

// t.NAME = VALUE
Result<int> set_field(Session& session, lua_State* state) {
  const auto thread = stopped_thread(session, *thread_at(state, 1));
  if (!thread) return tl::unexpected(thread.error());
  const auto name = text_at(state, 2);
  const auto* known = register_named((*thread)->process(), name);
  if (known == nullptr) return failure(EINVAL, fmt::format("a thread has no register \"{}\"", name));
  if (auto set = set_register(state, 3, **thread, *known); !set) return tl::unexpected(set.error());
  return 0;
}

int thread_to_text(lua_State* state) {
  const auto* id = thread_at(state, 1);
  lua_pushfstring(state, "thread %d", id->tid.value);
  return 1;
}

int same_thread(lua_State* state) {
  const auto *one = thread_at(state, 1), *other = thread_at(state, 2);
  lua_pushboolean(state, one != nullptr && other != nullptr && *one == *other);
  return 1;
}

// A global variable that is not there yet: a register of the current thread, if it has the name of one.
Result<int> get_global(Session& session, lua_State* state) {
  const auto* thread = session.current();
  const auto* known = thread != nullptr && lua_type(state, 2) == LUA_TSTRING ? register_named(thread->process(), text_at(state, 2)) : nullptr;
  if (known == nullptr) {
    lua_pushnil(state);
    return 1;
  }
  if (auto pushed = push_register(state, *session.current(), *known); !pushed) return tl::unexpected(pushed.error());
  return 1;
}

Result<int> set_global(Session& session, lua_State* state) {
  const auto process = session.process();
  const auto* known = process && lua_type(state, 2) == LUA_TSTRING ? register_named(**process, text_at(state, 2)) : nullptr;
  if (known == nullptr) {
    lua_rawset(state, 1);
    return 0;
  }
  if (session.current() == nullptr)
    return failure(EINVAL, fmt::format("{} is a register, and outside of hooks there is no thread to have it; give the variable another name",
                                       text_at(state, 2)));
  if (auto set = set_register(state, 3, *session.current(), *known); !set) return tl::unexpected(set.error());
  return 0;
}

void set_metamethods(lua_State* state) {
  constexpr luaL_Reg of_globals[]{{"__index", bound<get_global>}, {"__newindex", bound<set_global>}, {nullptr, nullptr}};
  lua_pushglobaltable(state);
  luaL_newlib(state, of_globals);
  lua_setmetatable(state, -2);
  lua_pop(state, 1);
}

// Numbers alone: those that people look at.
Result<int> registers(Session& session, lua_State* state) {
  const auto thread = whose(session, state);
  if (!thread) return tl::unexpected(thread.error());
  lua_newtable(state);
  for (const auto& spec : (*thread)->registers().layout().registers) {
    if (spec.home != RegisterHome::General) continue;
    if (auto pushed = push_register(state, **thread, {&spec, 0, spec.bytes()}); !pushed) return tl::unexpected(pushed.error());
    lua_setfield(state, -2, std::string(spec.name).c_str());
  }
  return 1;
}

}  // namespace

void push_thread(lua_State* state, ThreadId id) {
  *static_cast<ThreadId*>(lua_newuserdatauv(state, sizeof id, 0)) = id;
  luaL_setmetatable(state, thread_type);
}

const ThreadId* thread_at(lua_State* state, int index) { return static_cast<const ThreadId*>(luaL_testudata(state, index, thread_type)); }

Result<Thread*> stopped_thread(Session& session, ThreadId id) {
  Thread* thread = session.debuggee().inferiors().find(id);
  if (thread == nullptr) return failure(ESRCH, fmt::format("thread {} has gone", id.tid.value));
  if (!thread->stopped()) return failure(EBUSY, fmt::format("thread {} runs; only in its own hooks it stands still", id.tid.value));
  return thread;
}

Result<Whom> whom(Session& session, lua_State* state) {
  if (const auto* id = thread_at(state, 1)) {
    const auto thread = stopped_thread(session, *id);
    if (!thread) return tl::unexpected(thread.error());
    lua_remove(state, 1);
    return Whom{*thread, &(*thread)->process()};
  }
  const auto process = session.process();
  if (!process) return tl::unexpected(process.error());
  return Whom{session.current() != nullptr ? session.current() : (*process)->leader(), *process};
}

Result<Thread*> whose(Session& session, lua_State* state) {
  const auto found = whom(session, state);
  if (!found) return tl::unexpected(found.error());
  if (found->thread == nullptr || !found->thread->stopped()) return failure(EBUSY, "no thread stands still; name one that does");
  return found->thread;
}

Address stack_pointer(Thread& thread) {
  const auto& layout = thread.registers().layout();
  const auto& spec = layout.registers[layout.sp];
  Address sp;
  (void)thread.registers().read(spec, std::as_writable_bytes(std::span(&sp.value, 1)).first(spec.bytes()));
  return sp;
}

void open_registers(lua_State* state) {
  define(state, "registers", bound<registers>, As::Both);
  luaL_newmetatable(state, thread_type);
  lua_pushvalue(state, -2);
  lua_pushcclosure(state, bound<get_field>, 1);
  lua_setfield(state, -2, "__index");
  constexpr luaL_Reg methods[]{{"__newindex", bound<set_field>}, {"__tostring", thread_to_text}, {"__eq", same_thread}, {nullptr, nullptr}};
  luaL_setfuncs(state, methods, 0);
  lua_pop(state, 1);
  set_metamethods(state);
}

}  // namespace tools::script
