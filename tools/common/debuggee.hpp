#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "target/inferiors.hpp"
#include "tools/common/debug_port.hpp"

namespace tools {

/// What a tool is to work on.
struct Subject {
  std::vector<std::string> command;  ///< a program to start and its arguments
  int pid = 0;                       ///< or a process that runs; 0: none
  bool follow = true;                ///< children and what they become belong to it
  /// See LaunchSpec. With any, the program is followed to its end, come what may.
  std::vector<std::string> stops_at_calls;
};

/// The programs that a tool watches: one that was launched or attached to, and where they are followed, its children.
/// At the end of its life, whatever the reason, attached programs go on as if nothing had been; launched ones that have not
/// been let go are killed.
class Debuggee final : target::run_control::StopListener {
 public:
  /// A launched program stands at its first instruction, with our standard streams and in our process group.
  static target::Result<std::unique_ptr<Debuggee>> open(const Subject& subject);
  ~Debuggee() override;

  target::Inferiors& inferiors() { return *inferiors_; }
  /// The first program; null once it has ended.
  target::Process* program() const { return inferiors_->find(first_); }

  /// Sets threads going as planned and waits until one of them stops, as all others do then, or a program has ended.
  /// Nothing: there is nothing left to run, or the user wants an end; everything stands still.
  std::optional<target::StopEvent> run(const target::ResumePlan& plan);

  /// To be called some times a second while run() waits.
  void when_idle(std::function<void()> act);

  /// Everybody does the same; the thread of the event gets the signal that it stopped for.
  static target::ResumePlan everyone(const target::ResumeAction& action, const std::optional<target::StopEvent>& after = {});

  /// Ctrl-C or SIGTERM has come, or nobody reads the output any more.
  bool is_to_end() const;
  void end_soon() { unwanted_ = true; }

  /// Whoever comes to the port may look at what stands still after an event. Afterwards run() is to be called without that
  /// event: what is owed to its thread is seen to.
  target::Result<void> show(const DebugPort& port, const target::StopEvent& event, const std::string& address,
                            std::chrono::seconds time, const std::function<void(const std::string&)>& opened);

  /// A launched program runs on to its end at full speed, unless the user has had enough: then it goes on without us, like
  /// an attached one; under a seccomp filter of ours it does not, see Subject: to ask twice kills it. The exit status as a
  /// shell gives it: the first program's, or that of the signal that ended the tool.
  int finish();
  /// Everything goes on without us; what was launched gets the signal that is to end the tool.
  void let_go();

 private:
  Debuggee(std::unique_ptr<target::Inferiors> inferiors, const Subject& subject);
  target::Result<void> begin(const Subject& subject);
  void stopped(const target::StopEvent& event) override;
  void printed(std::string_view) override {}
  void letting_go(const target::Process& process) override;
  int exit_status() const;
  void hold_waiting_parents(target::ResumePlan& plan);
  std::optional<target::StopEvent> run_until(target::ResumePlan plan, const std::function<bool()>& enough);
  void pass_signal_on();
  void see_out();
  void halt();
  void leave(target::AtTheEnd end);

  std::unique_ptr<target::Inferiors> inferiors_;
  target::Pid first_;
  std::optional<target::StopEvent> event_;
  std::optional<target::StopCause> end_;  // of the first program
  // Who has made a child by vfork, and that child, until it has its own memory: the kernel lets such a thread neither run nor
  // stop meanwhile, and what was to stop with it would wait for it for ever.
  std::map<target::ThreadId, target::Pid> waiting_parents_;
  std::function<void()> idle_;
  bool unwanted_ = false;
  bool under_filter_ = false;
  bool left_ = false;  // the first program goes on without us
};

}  // namespace tools
