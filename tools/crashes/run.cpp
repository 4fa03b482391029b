#include "tools/crashes/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "target/core/dump.hpp"
#include "target/process_info.hpp"
#include "tools/crashes/report.hpp"

namespace tools::crashes {

using namespace target;

namespace {

constexpr std::array crash_signals{SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS};

Result<Signal> parse_signal(const std::string& text) {
  const auto wanted = text.starts_with("SIG") ? text.substr(3) : text;
  for (int number = 1; number <= SIGRTMAX; ++number) {
    const char* name = sigabbrev_np(number);
    if (wanted == std::to_string(number) || (name != nullptr && wanted == name)) return Signal{number};
  }
  return failure(EINVAL, "there is no signal \"" + text + "\"; name it as kill -l does");
}

// For a shell.
std::string quoted(const std::string& word) {
  constexpr auto plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  if (word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

class Watch {
 public:
  Watch(const Options& options, Debuggee& debuggee, Output& output, const DebugPort& debug_port)
      : options_(options), debuggee_(debuggee), output_(output), debug_port_(debug_port) {}

  Result<void> choose() {
    const auto wait = std::find(options_.on_crash.begin(), options_.on_crash.end(), "wait");
    if (wait != options_.on_crash.end() && wait + 1 != options_.on_crash.end())
      return failure(EINVAL, "\"wait\" comes last in --on-crash: a debugger may leave nothing for what is behind it");
    for (const int number : crash_signals) deadly_.add(Signal{number});
    for (const auto& text : options_.signals) {
      const auto signal = parse_signal(text);
      if (!signal) return tl::unexpected(signal.error());
      wanted_.add(*signal);
    }
    return {};
  }

  void run() {
    auto& pass = debuggee_.inferiors().wishes().pass;
    for (int number = 1; number <= 64; ++number)
      if (!deadly_.contains(Signal{number}) && !wanted_.contains(Signal{number})) pass.add(Signal{number});
    std::optional<StopEvent> event;
    while ((event = debuggee_.run(Debuggee::everyone({}, event)))) {
      const auto* stop = std::get_if<SignalStop>(&event->cause);
      Thread* thread = stop != nullptr ? debuggee_.inferiors().find(event->thread) : nullptr;
      if (thread == nullptr || !is_crash(*thread, stop->signal) || is_known(*thread)) continue;
      if (tell(*thread, *event, stop->signal)) event.reset();
    }
  }

 private:
  // A handler may well be how the program lives with it; when that gives up, the signal comes again without one.
  bool is_crash(const Thread& thread, Signal signal) const {
    if (wanted_.contains(signal)) return true;
    return deadly_.contains(signal) && !handled_signals(thread.id().pid).contains(signal);
  }

  // After a call that a debugger has made in a thread the kernel knows of no fault any more: the thread meets it again.
  bool is_known(Thread& thread) {
    const auto known = std::exchange(looked_at_, std::nullopt);
    return known && known->first == thread.id() && known->second == thread.registers().pc().value_or(Address{});
  }

  // True if a debugger could come. What fails is said; the program goes on all the same.
  bool tell(Thread& thread, const StopEvent& event, Signal signal) {
    for (const auto& what : options_.on_crash) {
      Result<void> done;
      if (what == "report") report(output_, thread, signal, options_.report);
      if (what == "core") done = save_core(thread);
      if (what == "wait") done = wait_for_debugger(thread, event, signal);
      if (done && what == "wait") return true;
      if (!done) fmt::print(stderr, "remora run: {}\n", done.error().message);
    }
    return false;
  }

  Result<void> save_core(Thread& thread) {
    auto path = options_.core_file;
    if (const auto mark = path.find("%p"); mark != std::string::npos) path.replace(mark, 2, std::to_string(thread.id().pid.value));
    const auto summary = core::dump(thread.process(), thread.id().tid, path, options_.core_limit);
    if (!summary) return tl::unexpected(summary.error());
    if (output_.json())
      output_.object("core", {{"pid", thread.id().pid.value}, {"path", path}, {"bytes", summary->stored}});
    else
      output_.line("\nSaved " + path + ": " + core::describe(*summary));
    return {};
  }

  Result<void> wait_for_debugger(Thread& thread, const StopEvent& event, Signal signal) {
    const auto program = thread.process().executable().value_or("");
    const auto id = thread.id();
    const auto pc = thread.registers().pc().value_or(Address{});
    auto shown = debuggee_.show(debug_port_, event, options_.wait_port, std::chrono::seconds(options_.wait_seconds),
                          [&](const std::string& port) { invite(event.thread.pid, program, signal, port); });
    Thread* left = debuggee_.inferiors().find(id);
    const bool stands = left != nullptr && left->stopped() && left->registers().pc() == pc;
    if (stands && !left->deliver) looked_at_ = {id, pc};
    return shown;
  }

  void invite(Pid pid, const std::string& program, Signal signal, const std::string& port) {
    const auto host = options_.wait_port.substr(0, options_.wait_port.rfind(':'));
    const auto address = (host.empty() ? "localhost" : host) + ":" + port;
    const auto gdb = fmt::format("gdb -ex 'target remote {}' {}", address, quoted(program));
    const auto lldb = fmt::format("lldb -o 'gdb-remote {}' {}", address, quoted(program));
    const auto time = options_.wait_seconds == 0 ? std::string("for ever") : fmt::format("for {} s", options_.wait_seconds);
    const auto text = fmt::format("Process {} stands at its {} {}; to look at it: {}   or: {}", pid.value, name_of(signal), time, gdb, lldb);
    if (output_.json())
      output_.object("wait", {{"pid", pid.value}, {"signal", name_of(signal)}, {"address", address}, {"seconds", options_.wait_seconds},
                              {"gdb", gdb}, {"lldb", lldb}});
    else
      output_.line(output_.coloured(text, "1"));
    output_.flush();
    if (output_.to_file()) fmt::print(stderr, "{}\n", text);
  }

  const Options& options_;
  Debuggee& debuggee_;
  Output& output_;
  const DebugPort& debug_port_;
  SignalSet deadly_, wanted_;
  std::optional<std::pair<ThreadId, Address>> looked_at_;  // where a debugger has left a thread without its signal
};

}  // namespace

Result<int> run(const Options& options, const DebugPort& debug_port) {
  auto debuggee = Debuggee::open(options.subject);
  if (!debuggee) return tl::unexpected(debuggee.error());
  auto output = Output::open(options.output, stderr);
  if (!output) return tl::unexpected(output.error());
  Watch watch(options, **debuggee, *output, debug_port);
  if (auto chosen = watch.choose(); !chosen) return tl::unexpected(chosen.error());
  watch.run();
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  return (*debuggee)->finish();
}

}  // namespace tools::crashes
