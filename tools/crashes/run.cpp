#include "tools/crashes/run.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>

#include "target/core/dump.hpp"
#include "target/process_info.hpp"
#include "tools/crashes/report.hpp"

namespace tools::crashes {

using namespace target;

namespace {

constexpr std::array crash_signals{SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS};

Result<Signal> parse_signal(std::string text) {
  if (text.starts_with("SIG")) text = text.substr(3);
  for (int number = 1; number < SIGRTMAX; ++number) {
    const char* name = sigabbrev_np(number);
    if (text == std::to_string(number) || (name != nullptr && text == name)) return Signal{number};
  }
  return failure(EINVAL, "there is no signal \"" + text + "\"; name it as kill -l does");
}

class Watch {
 public:
  Watch(const Options& options, Debuggee& debuggee, Output& output) : options_(options), debuggee_(debuggee), output_(output) {}

  Result<void> choose_signals() {
    for (const int number : crash_signals) deadly_.add(Signal{number});
    for (const auto& text : options_.signals) {
      const auto signal = parse_signal(text);
      if (!signal) return tl::unexpected(signal.error());
      wanted_.add(*signal);
    }
    return {};
  }

  Result<void> run() {
    auto& pass = debuggee_.inferiors().wishes().pass;
    for (int number = 1; number <= 64; ++number)
      if (!deadly_.contains(Signal{number}) && !wanted_.contains(Signal{number})) pass.add(Signal{number});
    std::optional<StopEvent> event;
    while ((event = debuggee_.run(Debuggee::everyone({}, event)))) {
      const auto* stop = std::get_if<SignalStop>(&event->cause);
      Thread* thread = stop != nullptr ? debuggee_.inferiors().find(event->thread) : nullptr;
      if (thread == nullptr || !is_crash(*thread, stop->signal)) continue;
      if (auto told = tell(*thread, stop->signal); !told) return told;
    }
    return {};
  }

 private:
  // A handler may well be how the program lives with it; when that gives up, the signal comes again without one.
  bool is_crash(const Thread& thread, Signal signal) const {
    if (wanted_.contains(signal)) return true;
    return deadly_.contains(signal) && !handled_signals(thread.id().pid).contains(signal);
  }

  Result<void> tell(Thread& thread, Signal signal) {
    for (const auto& what : options_.on_crash) {
      if (what == "report") report(output_, thread, signal, options_.report);
      if (what == "core")
        if (auto saved = save_core(thread); !saved) return saved;
    }
    return {};
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

  const Options& options_;
  Debuggee& debuggee_;
  Output& output_;
  SignalSet deadly_, wanted_;
};

}  // namespace

Result<int> run(const Options& options) {
  auto debuggee = Debuggee::open(options.subject);
  if (!debuggee) return tl::unexpected(debuggee.error());
  auto output = Output::open(options.output, stderr);
  if (!output) return tl::unexpected(output.error());
  Watch watch(options, **debuggee, *output);
  if (auto chosen = watch.choose_signals(); !chosen) return tl::unexpected(chosen.error());
  if (auto ran = watch.run(); !ran) return tl::unexpected(ran.error());
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  return (*debuggee)->finish();
}

}  // namespace tools::crashes
