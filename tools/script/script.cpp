#include "tools/script/script.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "tools/command.hpp"
#include "tools/common/places.hpp"
#include "tools/script/session.hpp"

namespace tools::script {

using namespace target;

namespace {

// What a hook of the command line is in the language, and what its code is called with.
struct Form {
  const char* function;
  const char* arguments;
};

Form form_of(OneLiner::Kind kind) {
  switch (kind) {
    case OneLiner::Kind::Break: return {"breakpoint", "t"};
    case OneLiner::Kind::Watch: return {"watch", "t, at"};
    case OneLiner::Kind::Syscall: return {"on_syscall", "t, entering, number"};
    case OneLiner::Kind::Signal: break;
  }
  return {"on_signal", "t, signal"};
}

Result<void> load(Language& language, const OneLiner& hook, const std::string& code) {
  return language.load_text(code, "--do '" + code + "'", form_of(hook.kind).arguments);
}

// LOCATION[:BYTES]
std::pair<std::string, lua_Integer> watched(const std::string& text) {
  constexpr lua_Integer usual = 8;
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return {text, usual};
  lua_Integer bytes = 0;
  const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), bytes);
  if (error != std::errc{} || end != text.data() + text.size()) return {text, usual};
  return {text.substr(0, colon), bytes};
}

int push_where(lua_State* state, const OneLiner& hook) {
  if (hook.kind != OneLiner::Kind::Watch) {
    lua_pushstring(state, hook.where.c_str());
    return 1;
  }
  const auto [where, bytes] = watched(hook.where);
  lua_pushstring(state, where.c_str());
  lua_pushinteger(state, bytes);
  lua_pushstring(state, "write");
  return 3;
}

Result<void> begin(Session& session, const OneLiner& hook, const std::string& code) {
  auto* state = session.language().state();
  lua_getglobal(state, form_of(hook.kind).function);
  const int arguments = push_where(state, hook);
  if (auto loaded = load(session.language(), hook, code); !loaded) return loaded;
  return session.begin(arguments + 1);
}

Result<void> begin(Session& session, const Options& options) {
  if (!options.file.empty()) {
    if (auto loaded = session.language().load_file(options.file); !loaded) return loaded;
    if (auto begun = session.begin(0); !begun) return begun;
  }
  for (const auto& hook : options.one_liners)
    for (const auto& code : hook.code)
      if (auto begun = begin(session, hook, code); !begun) return begun;
  return {};
}

// Before a program is started or touched.
Result<void> check(const Options& options) {
  if (options.file.empty() && options.one_liners.empty()) return failure(EINVAL, "nothing to do; name a script, or say --break LOCATION --do CODE");
  Language language(nullptr);
  if (!options.file.empty())
    if (auto loaded = language.load_file(options.file); !loaded) return loaded;
  for (const auto& hook : options.one_liners) {
    if (hook.code.empty()) return failure(EINVAL, "nothing to do at \"" + hook.where + "\"; say --do CODE behind it");
    for (const auto& code : hook.code)
      if (auto loaded = load(language, hook, code); !loaded) return loaded;
  }
  return {};
}

}  // namespace

Result<int> run(const Options& options) {
  if (auto checked = check(options); !checked) return tl::unexpected(checked.error());
  auto opened = Debuggee::open(options.subject);
  if (!opened) return tl::unexpected(opened.error());
  auto& debuggee = **opened;
  if (!options.subject.command.empty())
    if (auto ran = run_to_entry(debuggee); !ran) return tl::unexpected(ran.error());
  auto output = Output::open(options.output, stderr);
  if (!output) return tl::unexpected(output.error());
  Session session(debuggee, *output);
  if (auto begun = begin(session, options); !begun) return tl::unexpected(begun.error());
  const auto ran = session.run();
  // Said now: the program may yet run for long.
  if (!ran) fmt::print(stderr, "remora script: {}\n", ran.error().message);
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  const int status = debuggee.finish();
  return ran ? status : tool_failed;
}

}  // namespace tools::script
