#include "tools/common/debuggee.hpp"

#include <unistd.h>

#include <csignal>

#include "tools/common/interruption.hpp"

namespace tools {

using namespace target;

namespace {

constexpr std::chrono::seconds halt_patience{5};

LaunchSpec launch_spec(const Subject& subject) {
  LaunchSpec spec;
  spec.program = subject.command.front();
  spec.arguments.assign(subject.command.begin() + 1, subject.command.end());
  for (char** word = environ; *word != nullptr; ++word) spec.environment.emplace_back(*word);
  // What is watched is to be what would run without us.
  spec.disable_randomization = false;
  spec.stdio.same_group = true;
  spec.stops_at_calls = subject.stops_at_calls;
  return spec;
}

}  // namespace

Debuggee::Debuggee(std::unique_ptr<Inferiors> inferiors, const Subject& subject) : inferiors_(std::move(inferiors)) {
  auto& wishes = inferiors_->wishes();
  wishes.attended = true;
  wishes.exec_events = true;
  wishes.fork_events = wishes.vfork_events = subject.follow;
  inferiors_->set_listener(this);
}

Debuggee::~Debuggee() { leave(AtTheEnd::LaunchedDie); }

Result<std::unique_ptr<Debuggee>> Debuggee::open(const Subject& subject) {
  auto inferiors = Inferiors::create();
  if (!inferiors) return tl::unexpected(inferiors.error());
  catch_interruptions();
  std::unique_ptr<Debuggee> debuggee(new Debuggee(std::move(*inferiors), subject));
  if (auto begun = debuggee->begin(subject); !begun) return tl::unexpected(begun.error());
  return debuggee;
}

Result<void> Debuggee::begin(const Subject& subject) {
  if (subject.command.empty()) {
    auto attached = inferiors_->attach(Pid{subject.pid});
    if (!attached) return tl::unexpected(attached.error());
    first_ = (*attached)->pid();
    return {};
  }
  auto launched = inferiors_->launch(launch_spec(subject));
  if (!launched) return tl::unexpected(launched.error());
  first_ = launched->process->pid();
  under_filter_ = !subject.stops_at_calls.empty();
  return {};
}

void Debuggee::stopped(const StopEvent& event) {
  event_ = event;
  if (event.thread.pid == first_ && ends_process(event.cause)) end_ = event.cause;
  if (const auto* born = std::get_if<Forked>(&event.cause); born != nullptr && born->shares_memory)
    waiting_parents_[event.thread] = born->child.pid;
  if (std::holds_alternative<Execed>(event.cause))
    std::erase_if(waiting_parents_, [&](const auto& entry) { return entry.second == event.thread.pid; });
}

void Debuggee::hold_waiting_parents(ResumePlan& plan) {
  std::erase_if(waiting_parents_, [this](const auto& entry) { return inferiors_->find(entry.second) == nullptr; });
  for (const auto& [parent, child] : waiting_parents_)
    if (inferiors_->find(parent) != nullptr)
      plan.entries.insert(plan.entries.begin(), {ThreadSelector::one(parent), {ResumeAction::Kind::Stop, {}, {}}});
}

void Debuggee::letting_go(const Process& process) { left_ |= process.pid() == first_; }

Result<void> Debuggee::show(const DebugPort& port, const StopEvent& event, const std::string& address, std::chrono::seconds time,
                            const std::function<void(const std::string&)>& opened) {
  const auto wishes = inferiors_->wishes();
  const bool was_there = program() != nullptr;
  auto shown = port({*inferiors_, event, *this, address, time, interruption_descriptor(), opened});
  inferiors_->wishes() = wishes;
  inferiors_->set_listener(this);
  // Of what it kills itself a debugger hears no end.
  if (was_there && program() == nullptr && !end_ && !left_) end_ = ProcessKilled{Signal{SIGKILL}};
  return shown;
}

ResumePlan Debuggee::everyone(const ResumeAction& action, const std::optional<StopEvent>& after) {
  ResumePlan plan{{{ThreadSelector::all(), action}}, {}};
  const auto* stop = after ? std::get_if<SignalStop>(&after->cause) : nullptr;
  if (stop == nullptr) return plan;
  auto with_signal = action;
  with_signal.signal = stop->signal;
  plan.entries.insert(plan.entries.begin(), {ThreadSelector::one(after->thread), with_signal});
  return plan;
}

std::optional<StopEvent> Debuggee::run(const ResumePlan& plan) {
  return run_until(plan, [this] { return is_to_end(); });
}

std::optional<StopEvent> Debuggee::run_until(ResumePlan plan, const std::function<bool()>& enough) {
  event_.reset();
  hold_waiting_parents(plan);
  if (inferiors_->empty() || enough() || !inferiors_->resume(plan)) return std::nullopt;
  while (!event_) {
    inferiors_->wait();
    if (idle_ && ticked()) idle_();
    if (!event_ && enough()) {
      halt();
      return std::nullopt;
    }
  }
  return event_;
}

void Debuggee::when_idle(std::function<void()> act) {
  idle_ = std::move(act);
  tick_often();
}

void Debuggee::halt() { inferiors_->halt(halt_patience); }

bool Debuggee::is_to_end() const { return unwanted_ || interruption() != 0; }

int Debuggee::exit_status() const {
  constexpr int killed = 128;
  if (const auto* exited = end_ ? std::get_if<ProcessExited>(&*end_) : nullptr) return exited->code;
  if (const auto* died = end_ ? std::get_if<ProcessKilled>(&*end_) : nullptr) return killed + died->signal.number;
  return interruption() != 0 ? killed + interruption() : 0;
}

int Debuggee::finish() {
  inferiors_->set_observer(nullptr);
  idle_ = nullptr;
  if (under_filter_) see_out();
  const Process* first = program();
  if (first != nullptr && first->origin() == Origin::Launched) {
    for (const auto& [pid, process] : inferiors_->processes()) process->space().breakpoints().remove_all();
    for (auto event = run(everyone({})); event && program() != nullptr; event = run(everyone({}, event))) continue;
  }
  let_go();
  return exit_status();
}

// Without us the calls that stop at the filter would fail.
void Debuggee::see_out() {
  pass_signal_on();
  for (const auto& [pid, process] : inferiors_->processes()) process->syscalls = SyscallFilter::none();
  const int asked = interruptions();
  const auto enough = [asked] { return interruptions() > asked; };
  for (auto event = run_until(everyone({}), enough); event; event = run_until(everyone({}, event), enough)) continue;
  leave(AtTheEnd::LaunchedDie);
}

void Debuggee::leave(AtTheEnd end) {
  if (inferiors_->empty()) return;
  halt();
  inferiors_->set_observer(nullptr);
  inferiors_->let_go_of_all(end);
}

void Debuggee::pass_signal_on() {
  const Process* first = program();
  // What the terminal sent has reached the program too; what somebody sent to us alone has not.
  if (first != nullptr && first->origin() == Origin::Launched && interruption() != 0 && !interruption_was_typed())
    (void)inferiors_->signal(first_, Signal{interruption()});
}

void Debuggee::let_go() {
  if (under_filter_) return see_out();
  pass_signal_on();
  leave(AtTheEnd::LaunchedGoOn);
}

}  // namespace tools
