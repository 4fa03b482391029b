#pragma once

#include <lua5.4/lua.hpp>

#include "target/thread.hpp"
#include "target/types/signal.hpp"
#include "tools/script/language.hpp"

namespace tools::script {

/// Everything that scripts can use beside Lua's own libraries.
void open_library(lua_State* state);

// Its parts; each finds the methods of threads on top of the stack, and adds its own.
void open_registers(lua_State* state);
void open_memory(lua_State* state);
void open_symbols(lua_State* state);
void open_control(lua_State* state);
void open_output(lua_State* state);

/// Makes it a function of that name, or a method of threads too: as a function it is for the current one.
enum class As { Function, Both };
void define(lua_State* state, const char* name, lua_CFunction function, As as);

void push_thread(lua_State* state, target::ThreadId id);
/// Null if it is none.
const target::ThreadId* thread_at(lua_State* state, int index);
/// ESRCH if it has gone, EBUSY if it runs.
target::Result<target::Thread*> stopped_thread(Session& session, target::ThreadId id);

/// Whom a function is for.
struct Whom {
  target::Thread* thread = nullptr;  ///< may be null where a process is enough
  target::Process* process = nullptr;
};
/// The thread that is the first argument, which is taken off the stack, or else the current thread or the first process.
target::Result<Whom> whom(Session& session, lua_State* state);
/// The same where there has to be a thread.
target::Result<target::Thread*> whose(Session& session, lua_State* state);

target::Address stack_pointer(target::Thread& thread);

// What hooks are called with.
struct HitArguments {
  target::ThreadId thread;
  std::uint64_t at;
};
struct SignalArguments {
  target::ThreadId thread;
  target::Signal signal;
};
struct SyscallArguments {
  target::ThreadId thread;
  bool entering;
  int number;
};
int push_hit(lua_State* state, const void* hit);
int push_signal(lua_State* state, const void* signal);
int push_syscall(lua_State* state, const void* syscall);
/// Of a process. \param event  a StopEvent
int push_end(lua_State* state, const void* event);

/// "SIGUSR1", "USR1", "10".
target::Result<target::Signal> signal_named(std::string_view text);
std::string name_of(target::Signal signal);

}  // namespace tools::script
