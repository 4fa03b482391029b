#include "tools/syscalls/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <variant>

#include "target/syscall_names.hpp"
#include "tools/syscalls/names.hpp"
#include "tools/syscalls/signals.hpp"

namespace tools::syscalls {

using namespace target;

namespace {

// What the kernel returns for a call that is to be made again after a signal; in no header of a program's.
std::string restart_in_words(std::int64_t code) {
  switch (code) {
    case 512: return "? ERESTARTSYS (is made again if SA_RESTART is set)";
    case 513: return "? ERESTARTNOINTR (is made again)";
    case 514: return "? ERESTARTNOHAND (is made again if there is no handler)";
    case 516: return "? ERESTART_RESTARTBLOCK (interrupted by a signal)";
    default: return "";
  }
}

std::string error_name(std::int64_t code) {
  const char* name = strerrorname_np(static_cast<int>(code));
  return name != nullptr ? name : std::to_string(code);
}

std::string result_text(const Shape& shape, const SystemCallResult& result) {
  if (result.failed) {
    if (const auto restart = restart_in_words(-result.value); !restart.empty()) return restart;
    return fmt::format("-1 {} ({})", error_name(-result.value), strerror(static_cast<int>(-result.value)));
  }
  return shape.gives_address ? fmt::format("{:#x}", result.value) : std::to_string(result.value);
}

std::string argument_text(const Call& call, const Shape& shape, std::size_t index) {
  const auto& argument = shape.arguments[index];
  return argument.kind->text(call, index, argument.other);
}

std::string joined(const std::vector<std::string>& texts, std::size_t from, std::size_t to) {
  std::string line;
  for (std::size_t i = from; i < to; ++i)
    if (!texts[i].empty()) line += (line.empty() ? "" : ", ") + texts[i];
  return line;
}

std::size_t known_at_entry(const Shape& shape) {
  const auto& all = shape.arguments;
  const auto first_later = std::find_if(all.begin(), all.end(), [](const auto& argument) { return argument.kind->moment == Moment::Return; });
  return static_cast<std::size_t>(first_later - all.begin());
}

std::uint64_t key_of(const SystemCall& call) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(call.number)) << 1 | (call.table == SystemCallTable::I386 ? 1u : 0u);
}

}  // namespace

Log::Known Log::known(const SystemCall& call) {
  const auto [entry, is_new] = known_.try_emplace(key_of(call));
  if (is_new) {
    const Shape& shape = shape_of(call.number, call.table);
    entry->second = {&shape, selection_.has(shape.name)};
  }
  return entry->second;
}

Interest Log::saw(Thread& thread, const StopCause& cause) {
  if (!output_.good()) return Interest::Stop;
  if (const auto* entry = std::get_if<SyscallEntry>(&cause)) {
    enter(thread, *entry);
    return Interest::None;
  }
  if (const auto* done = std::get_if<SyscallReturn>(&cause)) {
    leave(thread, *done);
    return Interest::None;
  }
  if (const auto* stop = std::get_if<SignalStop>(&cause)) {
    signalled(thread, stop->signal);
    return Interest::None;
  }
  if (std::holds_alternative<Execed>(cause)) {
    replace_image(thread);
    return Interest::None;
  }
  several_ |= std::holds_alternative<Forked>(cause);
  return Interest::Usual;
}

void Log::enter(Thread& thread, const SyscallEntry& entry) {
  const auto call_kind = known(entry);
  if (!call_kind.wanted) return;
  Begun& begun = begun_[thread.id().tid];
  begun.thread = thread.id();
  begun.shape = call_kind.shape;
  begun.entry = entry;
  begun.shown = false;
  begun.texts.resize(call_kind.shape->arguments.size());
  if (!only_summary_) {
    const Call call(thread.process().space(), entry, longest_text_);
    for (std::size_t i = 0; i < begun.texts.size(); ++i) {
      const bool now = begun.shape->arguments[i].kind->moment == Moment::Entry;
      begun.texts[i] = now ? argument_text(call, *begun.shape, i) : "";
    }
  }
  begun.at = Clock::now();
}

void Log::leave(Thread& thread, const SyscallReturn& done) {
  const auto now = Clock::now();
  const auto found = begun_.find(thread.id().tid);
  if (found == begun_.end()) return;
  Begun& begun = found->second;
  const auto took = now - begun.at;
  if (only_summary_) {
    summary_.add(begun.shape->name, took, done.result.failed);
  } else {
    Call call(thread.process().space(), begun.entry, longest_text_);
    call.result = done.result;
    for (std::size_t i = 0; i < begun.texts.size(); ++i)
      if (begun.shape->arguments[i].kind->moment == Moment::Return) begun.texts[i] = argument_text(call, *begun.shape, i);
    write(begun, done.result, took);
  }
  begun_.erase(found);
}

// The thread that called has the leader's id now, and the others are gone without a word.
void Log::replace_image(const Thread& survivor) {
  const auto pid = survivor.id().pid;
  std::optional<Begun> exec;
  for (auto entry = begun_.begin(); entry != begun_.end();) {
    if (entry->second.thread.pid != pid) {
      ++entry;
      continue;
    }
    if (entry->second.shape->name.starts_with("execve")) exec = std::move(entry->second);
    entry = begun_.erase(entry);
  }
  if (exec) {
    exec->thread = survivor.id();
    begun_[survivor.id().tid] = std::move(*exec);
  }
}

void Log::ended(const Thread& thread, bool) {
  const auto found = begun_.find(thread.id().tid);
  if (found == begun_.end()) return;
  if (only_summary_)
    summary_.add(found->second.shape->name, Clock::now() - found->second.at, false);
  else
    write_unfinished(found->second, found->second.shape->never_returns ? "= ?" : "= ? <unavailable>");
  begun_.erase(found);
}

void Log::in_exec(const Thread& thread, const std::vector<std::string>& command) {
  const SystemCall exec{*syscall_number("execve", SystemCallTable::Amd64)};
  const auto call_kind = known(exec);
  if (!call_kind.wanted) return;
  std::string words;
  for (const auto& word : command) words += (words.empty() ? "" : ", ") + quoted(std::as_bytes(std::span(word)));
  const auto path = thread.process().executable().value_or(command.front());
  begun_[thread.id().tid] = {thread.id(), call_kind.shape, exec, {quoted(std::as_bytes(std::span(path))), "[" + words + "]", "environ"}, Clock::now()};
}

std::string Log::prefix(ThreadId thread) const { return several_ ? fmt::format("[pid {}] ", thread.tid.value) : ""; }

std::string Log::beginning(const Begun& begun) {
  const auto known = known_at_entry(*begun.shape);
  const bool more = known != 0 && known != begun.texts.size();
  return begun.shape->name + "(" + joined(begun.texts, 0, known) + (more ? ", " : "");
}

std::string Log::remainder(const Begun& begun) {
  return joined(begun.texts, known_at_entry(*begun.shape), begun.texts.size());
}

void Log::write(const Begun& begun, const SystemCallResult& result, std::chrono::nanoseconds took) {
  if (output_.json()) return write_object(begun, &result, took);
  const auto line = (begun.shown ? fmt::format("<... {} resumed>", begun.shape->name) : beginning(begun)) + remainder(begun);
  const auto outcome = result_text(*begun.shape, result);
  output_.line(fmt::format("{}{}) = {} <{:.6f}>", prefix(begun.thread), line, result.failed ? output_.coloured(outcome, "31") : outcome,
                           std::chrono::duration<double>(took).count()));
}

void Log::write_unfinished(const Begun& begun, const char* result) {
  if (output_.json()) return write_object(begun, nullptr, Clock::now() - begun.at);
  if (begun.shown) return output_.line(fmt::format("{}<... {} resumed>) {}", prefix(begun.thread), begun.shape->name, result));
  output_.line(fmt::format("{}{}) {}", prefix(begun.thread), beginning(begun), result));
}

void Log::write_object(const Begun& begun, const SystemCallResult* result, std::chrono::nanoseconds took) {
  auto arguments = nlohmann::ordered_json::array();
  for (const auto& text : begun.texts)
    if (!text.empty()) arguments.push_back(text);
  nlohmann::ordered_json object{{"pid", begun.thread.pid.value}, {"tid", begun.thread.tid.value}, {"number", begun.entry.number},
                                {"name", begun.shape->name}, {"arguments", arguments}};
  if (result != nullptr) object["result"] = result->failed ? -1 : result->value;
  if (result != nullptr && result->failed) object["error"] = error_name(-result->value);
  object["microseconds"] = std::chrono::duration<double, std::micro>(took).count();
  output_.object("syscall", std::move(object));
}

void Log::signalled(Thread& thread, Signal signal) {
  if (only_summary_) return;
  const auto info = thread.siginfo();
  const auto name = signal_in_words(signal.number);
  if (output_.json())
    return output_.object("signal", {{"pid", thread.id().pid.value}, {"tid", thread.id().tid.value}, {"name", name}});
  output_.line(prefix(thread.id()) + output_.coloured(fmt::format("--- {} {} ---", name, info ? describe_signal(*info) : ""), "33"));
}

void Log::process_ended(const StopEvent& event) {
  if (only_summary_) return;
  const auto* exited = std::get_if<ProcessExited>(&event.cause);
  const auto* died = std::get_if<ProcessKilled>(&event.cause);
  if (output_.json()) {
    nlohmann::ordered_json object{{"pid", event.thread.pid.value}};
    if (exited != nullptr) object["status"] = exited->code;
    if (died != nullptr) object["signal"] = signal_in_words(died->signal.number);
    return output_.object("exit", std::move(object));
  }
  const auto how = exited != nullptr ? fmt::format("exited with {}", exited->code) : "killed by " + signal_in_words(died->signal.number);
  output_.line(prefix(event.thread) + output_.coloured("+++ " + how + " +++", "1"));
}

void Log::show_waiting() {
  constexpr std::chrono::milliseconds a_while{200};
  if (only_summary_) return;
  const auto now = Clock::now();
  for (auto& [tid, begun] : begun_) {
    if (output_.json() || begun.shown || now - begun.at < a_while) continue;
    output_.line(prefix(begun.thread) + beginning(begun) + " <unfinished ...>");
    begun.shown = true;
  }
  output_.flush();
}

void Log::close() {
  for (const auto& [tid, begun] : begun_)
    if (!only_summary_ && !begun.shown) write_unfinished(begun, "= ? <unfinished ...>");
  begun_.clear();
  if (only_summary_) summary_.write(output_);
}

}  // namespace tools::syscalls
