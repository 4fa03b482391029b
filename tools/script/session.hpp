#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "target/types/observer.hpp"
#include "tools/common/debuggee.hpp"
#include "tools/common/output.hpp"
#include "tools/common/symbol_book.hpp"
#include "tools/script/callbacks.hpp"
#include "tools/script/hooks.hpp"
#include "tools/script/language.hpp"

namespace tools::script {

/// A script at work on programs. Its hooks are called while the program runs: only the thread that came there stands still.
class Session final : target::Observer {
 public:
  Session(Debuggee& debuggee, Output& output);
  ~Session() override;

  Language& language() { return language_; }
  /// Calls what is on the stack of the language: a function of it, which sets hooks, and its arguments.
  target::Result<void> begin(int arguments);
  /// Until the programs have ended, the script or the user wants an end, or the script fails.
  target::Result<void> run();

  // For the script's language.
  Debuggee& debuggee() { return debuggee_; }
  Output& output() { return output_; }
  Hooks& hooks() { return hooks_; }
  Callbacks& callbacks() { return callbacks_; }
  SymbolBook& book() { return book_; }
  /// The one that a hook has been called for; null outside of hooks.
  target::Thread* current() const { return current_; }
  /// That of the current thread, or else the first one. ESRCH once that has ended.
  target::Result<target::Process*> process() const;
  /// What has been changed is to hold for threads that run, too: everything stands still for a moment.
  void reach_all() { halt_wanted_ |= threads() > 1; }
  void reach_all_halted() { halt_wanted_ = true; }
  /// The script has seen enough; the programs go on without it.
  void stop() { stopped_ = true; }
  void at_exit(Callback callback) { exit_callbacks_.push_back(callback); }
  void at_end(Callback callback) { end_callbacks_.push_back(callback); }
  /// The user wants an end, and the script has had its time.
  bool must_end() const;

 private:
  target::Interest saw(target::Thread& thread, const target::StopCause& cause) override;
  void born(const target::Thread&, target::Thread&) override {}
  void ended(const target::Thread& thread, bool killed) override;

  target::Interest on(target::Thread& thread, const target::SoftwareBreakpointHit& hit);
  target::Interest on(target::Thread& thread, const target::WatchpointHit& hit);
  target::Interest on(target::Thread& thread, const target::StepDone& done);
  target::Interest on(target::Thread& thread, const target::SignalStop& stop);
  target::Interest on(target::Thread& thread, const target::SyscallEntry& entry);
  target::Interest on(target::Thread& thread, const target::SyscallReturn& exit);
  target::Interest on(target::Thread&, const target::HardwareBreakpointHit&) { return target::Interest::None; }
  target::Interest on(target::Thread&, const target::VforkDone&) { return target::Interest::None; }
  template <class Other>
  target::Interest on(target::Thread&, const Other&) { return target::Interest::Usual; }

  target::Interest syscall(target::Thread& thread, int number, bool entering);
  /// What the function has returned.
  std::string call(Callback callback, target::Thread* thread, Callbacks::PushArguments arguments, const void* context);
  void take(const target::Result<bool>& resumed);
  bool over() const { return stopped_ || error_; }
  target::Interest outcome(target::Interest otherwise);
  std::size_t threads() const;

  void look_at(const target::StopEvent& event);
  void tell_of_end(const target::StopEvent& event);
  void forget_threads(const target::Process& process);
  target::ResumePlan plan() const;
  void leave();
  void end();

  Debuggee& debuggee_;
  Output& output_;
  SymbolBook book_;
  Hooks hooks_;
  Language language_;
  Callbacks callbacks_;
  std::vector<Callback> exit_callbacks_, end_callbacks_;
  target::Thread* current_ = nullptr;
  std::set<target::Tid> dropped_;  // the signals that these stopped for
  bool halt_wanted_ = false;
  bool stopped_ = false;
  std::optional<std::chrono::steady_clock::time_point> ending_since_;
  std::optional<target::Error> error_;
};

}  // namespace tools::script
