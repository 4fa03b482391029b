// What the script wants to be called for, and how the program goes on.

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "target/symbols/backtrace.hpp"
#include "tools/script/library/library.hpp"
#include "tools/script/session.hpp"
#include "tools/script/syscall_numbers.hpp"

namespace tools::script {

using namespace target;

namespace {

Callback function_at(lua_State* state, int index) {
  luaL_checktype(state, index, LUA_TFUNCTION);
  lua_pushvalue(state, index);
  return luaL_ref(state, LUA_REGISTRYINDEX);
}

// An address stays the same number in every program, even where it is written as a location.
Result<Whereabouts> whereabouts_at(lua_State* state, int index) {
  if (lua_isinteger(state, index) != 0) return Whereabouts{{}, {static_cast<std::uint64_t>(lua_tointeger(state, index))}};
  const auto text = text_at(state, index);
  const auto location = symbols::Location::parse(text);
  if (!location) return tl::unexpected(location.error());
  return location->address ? Whereabouts{{}, *location->address} : Whereabouts{std::string(text), {}};
}

Result<int> add(Session& session, lua_State* state, Hook hook, int function) {
  const auto process = session.process();
  if (!process) return tl::unexpected(process.error());
  hook.callback = function_at(state, function);
  const auto id = session.hooks().add(**process, std::move(hook));
  if (!id) return tl::unexpected(id.error());
  lua_pushinteger(state, static_cast<lua_Integer>(*id) + 1);
  return 1;
}

Result<int> breakpoint(Session& session, lua_State* state) {
  auto at = whereabouts_at(state, 1);
  if (!at) return tl::unexpected(at.error());
  return add(session, state, {.kind = Hook::Kind::Breakpoint, .at = std::move(*at)}, 2);
}

Result<int> watch(Session& session, lua_State* state) {
  const auto bytes = luaL_checkinteger(state, 2);
  constexpr const char* accesses[]{"write", "access", nullptr};
  const bool writes = luaL_checkoption(state, 3, nullptr, accesses) == 0;
  constexpr lua_Integer most = 32;  // four debug registers of eight bytes
  if (bytes < 1 || bytes > most) return failure(EINVAL, fmt::format("cannot watch {} bytes; 1 to {} can be", bytes, most));
  auto at = whereabouts_at(state, 1);
  if (!at) return tl::unexpected(at.error());
  Hook hook{.kind = Hook::Kind::Watchpoint, .at = std::move(*at), .access = writes ? WatchKind::Write : WatchKind::Access};
  hook.bytes = static_cast<std::uint64_t>(bytes);
  session.reach_all();
  return add(session, state, std::move(hook), 4);
}

Result<int> number_at(Session& session, lua_State* state, int index) {
  if (lua_isinteger(state, index) != 0) return static_cast<int>(lua_tointeger(state, index));
  const auto process = session.process();
  if (!process) return tl::unexpected(process.error());
  const auto name = text_at(state, index);
  if (name == "*") return Hooks::any_number;
  const auto number = number_of(name, (*process)->layout().word_bytes);
  if (!number) return failure(EINVAL, fmt::format("there is no system call \"{}\"; name it as its manual page does, or by its number", name));
  return *number;
}

Result<int> on_syscall(Session& session, lua_State* state) {
  const auto number = number_at(session, state, 1);
  if (!number) return tl::unexpected(number.error());
  session.reach_all();
  return add(session, state, {.kind = Hook::Kind::Syscall, .number = *number}, 2);
}

Result<int> on_signal(Session& session, lua_State* state) {
  const auto signal = signal_named(text_at(state, 1));
  if (!signal) return tl::unexpected(signal.error());
  return add(session, state, {.kind = Hook::Kind::Signal, .number = signal->number}, 2);
}

Result<int> on_exit(Session& session, lua_State* state) {
  session.at_exit(function_at(state, 1));
  return 0;
}

Result<int> on_end(Session& session, lua_State* state) {
  session.at_end(function_at(state, 1));
  return 0;
}

Result<int> remove(Session& session, lua_State* state) {
  const auto id = luaL_checkinteger(state, 1);
  if (id < 1 || !session.hooks().remove(static_cast<Hooks::Id>(id) - 1)) return failure(EINVAL, fmt::format("there is no hook {}", id));
  session.reach_all_halted();
  return 0;
}

Result<int> stop(Session& session, lua_State*) {
  session.stop();
  return 0;
}

Result<int> kill(Session& session, lua_State*) {
  auto& inferiors = session.debuggee().inferiors();
  for (const auto& [pid, process] : inferiors.processes()) (void)inferiors.signal(pid, Signal{SIGKILL});
  return 0;
}

Result<Thread*> who_waits(Session& session, lua_State* state, const char* what) {
  const auto thread = whose(session, state);
  if (!thread) return thread;
  if (*thread == session.current() && session.callbacks().may_wait(state)) return thread;
  return failure(EINVAL, fmt::format("{} works in a hook and for its own thread, and not in a coroutine there", what));
}

Result<int> step(Session& session, lua_State* state) {
  const auto thread = who_waits(session, state, "step()");
  if (!thread) return tl::unexpected(thread.error());
  const auto count = luaL_optinteger(state, 1, 1);
  if (count < 1) return failure(EINVAL, fmt::format("cannot make {} steps", count));
  session.callbacks().wait_for({.steps = static_cast<std::uint64_t>(count)});
  return lua_yield(state, 0);
}

Result<Address> return_address(Session& session, Thread& thread, Address sp) {
  const auto pc = thread.registers().pc().value_or(Address{});
  auto& symbols = session.book().at(thread.id().pid, pc);
  const auto place = symbols.describe(pc);
  if (!place.symbol.empty() && place.from_symbol == 0) {
    Address caller;
    const auto into = std::as_writable_bytes(std::span(&caller.value, 1)).first(thread.registers().layout().word_bytes);
    if (thread.process().space().read(sp, into).value_or(0) == into.size()) return caller;
  }
  const auto frames = symbols::backtrace(thread, symbols, 2);
  if (frames.frames.size() == 2) return frames.frames[1].pc;
  return failure(ENOENT, fmt::format("cannot tell where {} returns to: {}", symbols.text(pc), frames.ends));
}

Result<int> finish(Session& session, lua_State* state) {
  const auto thread = who_waits(session, state, "finish()");
  if (!thread) return tl::unexpected(thread.error());
  const auto sp = stack_pointer(**thread);
  const auto back = return_address(session, **thread, sp);
  if (!back) return tl::unexpected(back.error());
  if (auto planted = session.hooks().plant((*thread)->process(), *back); !planted) return tl::unexpected(planted.error());
  session.callbacks().wait_for({.at = *back, .above = sp});
  return lua_yield(state, 0);
}

Result<int> threads(Session& session, lua_State* state) {
  lua_newtable(state);
  lua_Integer number = 0;
  for (const auto& [pid, process] : session.debuggee().inferiors().processes())
    for (const auto& [tid, thread] : process->threads()) {
      push_thread(state, thread->id());
      lua_rawseti(state, -2, ++number);
    }
  return 1;
}

}  // namespace

Result<Signal> signal_named(std::string_view text) {
  if (text.starts_with("SIG")) text.remove_prefix(3);
  for (int number = 1; number <= SIGRTMAX; ++number) {
    const char* name = sigabbrev_np(number);
    if (text == std::to_string(number) || (name != nullptr && text == name)) return Signal{number};
  }
  return failure(EINVAL, fmt::format("there is no signal \"{}\"; name it as kill -l does", text));
}

std::string name_of(Signal signal) {
  const char* name = sigabbrev_np(signal.number);
  return name != nullptr ? std::string("SIG") + name : std::to_string(signal.number);
}

int push_hit(lua_State* state, const void* hit) {
  const auto& arguments = *static_cast<const HitArguments*>(hit);
  push_thread(state, arguments.thread);
  lua_pushinteger(state, static_cast<lua_Integer>(arguments.at));
  return 2;
}

int push_signal(lua_State* state, const void* signal) {
  const auto& arguments = *static_cast<const SignalArguments*>(signal);
  push_thread(state, arguments.thread);
  lua_pushstring(state, name_of(arguments.signal).c_str());
  return 2;
}

int push_syscall(lua_State* state, const void* syscall) {
  const auto& arguments = *static_cast<const SyscallArguments*>(syscall);
  push_thread(state, arguments.thread);
  lua_pushboolean(state, arguments.entering);
  lua_pushinteger(state, arguments.number);
  return 3;
}

int push_end(lua_State* state, const void* event) {
  const auto& ended = *static_cast<const StopEvent*>(event);
  const auto* killed = std::get_if<ProcessKilled>(&ended.cause);
  const auto* exited = std::get_if<ProcessExited>(&ended.cause);
  lua_pushinteger(state, ended.thread.pid.value);
  lua_pushinteger(state, killed != nullptr ? 128 + killed->signal.number : exited != nullptr ? exited->code : 0);
  if (killed == nullptr) return 2;
  lua_pushstring(state, name_of(killed->signal).c_str());
  return 3;
}

void open_control(lua_State* state) {
  define(state, "breakpoint", bound<breakpoint>, As::Function);
  define(state, "watch", bound<watch>, As::Function);
  define(state, "on_syscall", bound<on_syscall>, As::Function);
  define(state, "on_signal", bound<on_signal>, As::Function);
  define(state, "on_exit", bound<on_exit>, As::Function);
  define(state, "on_end", bound<on_end>, As::Function);
  define(state, "remove", bound<remove>, As::Function);
  define(state, "stop", bound<stop>, As::Function);
  define(state, "kill", bound<kill>, As::Function);
  define(state, "threads", bound<threads>, As::Function);
  define(state, "step", bound<step>, As::Both);
  define(state, "finish", bound<finish>, As::Both);
}

}  // namespace tools::script
