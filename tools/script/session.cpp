#include "tools/script/session.hpp"

#include <utility>

#include "tools/common/interruption.hpp"
#include "tools/script/library/library.hpp"

namespace tools::script {

using namespace target;

namespace {

int push_thread_alone(lua_State* state, const void* thread) {
  push_thread(state, static_cast<const Thread*>(thread)->id());
  return 1;
}

// A hook may set or remove hooks: looked up anew each time.
template <class List, class Call>
void for_each_id(const List& list, const Call& call) {
  for (std::size_t i = 0;; ++i) {
    const auto* ids = list();
    if (ids == nullptr || i >= ids->size()) return;
    call((*ids)[i]);
  }
}

}  // namespace

Session::Session(Debuggee& debuggee, Output& output)
    : debuggee_(debuggee), output_(output), hooks_(debuggee.inferiors(), book_), language_(this), callbacks_(language_.state()) {
  open_library(language_.state());
}

Session::~Session() { debuggee_.inferiors().set_observer(nullptr); }

Result<Process*> Session::process() const {
  Process* found = current_ != nullptr ? &current_->process() : debuggee_.program();
  if (found == nullptr) return failure(ESRCH, "the program has ended");
  return found;
}

bool Session::must_end() const {
  constexpr std::chrono::seconds time_to_end{2};
  return interruption() != 0 && (!ending_since_ || std::chrono::steady_clock::now() - *ending_since_ > time_to_end);
}

std::size_t Session::threads() const {
  std::size_t count = 0;
  for (const auto& [pid, process] : debuggee_.inferiors().processes()) count += process->threads().size();
  return count;
}

Result<void> Session::begin(int arguments) {
  if (lua_pcall(language_.state(), arguments, 0, 0) == LUA_OK) return {};
  return failure(EINVAL, take_error(language_.state()));
}

Result<void> Session::run() {
  debuggee_.inferiors().set_observer(this);
  while (!over()) {
    const auto event = debuggee_.run(plan());
    if (!event) break;
    look_at(*event);
    hooks_.sweep();
  }
  leave();
  if (interruption() != 0) error_.reset();  // the user's end was what the script failed of
  if (!error_) end();
  if (error_ && interruption() == 0) return tl::unexpected(*error_);
  return {};
}

void Session::leave() {
  debuggee_.inferiors().set_observer(nullptr);
  hooks_.withdraw();
  for (const auto tid : dropped_)
    if (Thread* thread = debuggee_.inferiors().find(tid); thread != nullptr && thread->pending && std::holds_alternative<SignalStop>(*thread->pending))
      thread->pending.reset();
}

void Session::end() {
  ending_since_ = std::chrono::steady_clock::now();
  for (const auto callback : end_callbacks_) call(callback, nullptr, [](lua_State*, const void*) { return 0; }, nullptr);
}

ResumePlan Session::plan() const {
  auto plan = Debuggee::everyone({});
  for (const auto tid : callbacks_.steppers())
    if (const Thread* thread = debuggee_.inferiors().find(tid))
      plan.entries.insert(plan.entries.begin(), {ThreadSelector::one(thread->id()), {ResumeAction::Kind::Step, {}, {}}});
  return plan;
}

void Session::look_at(const StopEvent& event) {
  if (ends_process(event.cause)) return tell_of_end(event);
  Thread* thread = debuggee_.inferiors().find(event.thread);
  if (thread == nullptr) return;
  if (const auto* stop = std::get_if<SignalStop>(&event.cause)) {
    if (dropped_.erase(event.thread.tid) == 0)
      thread->deliver = stop->signal;
    else
      thread->reported.reset();
  } else if (const auto* fork = std::get_if<Forked>(&event.cause)) {
    if (const Process* child = debuggee_.inferiors().find(fork->child.pid)) hooks_.born(thread->process(), *child);
  } else if (std::holds_alternative<Execed>(event.cause)) {
    forget_threads(thread->process());
    hooks_.replaced(thread->process());
  }
}

void Session::tell_of_end(const StopEvent& event) {
  const auto pid = event.thread.pid;
  hooks_.ended(pid);
  book_.forget(pid);
  for (const auto callback : exit_callbacks_)
    if (!over()) call(callback, nullptr, push_end, &event);
}

void Session::forget_threads(const Process& process) {
  for (const auto& [tid, thread] : process.threads()) callbacks_.forget(tid);
}

void Session::ended(const Thread& thread, bool) {
  callbacks_.forget(thread.id().tid);
  dropped_.erase(thread.id().tid);
}

Interest Session::saw(Thread& thread, const StopCause& cause) {
  if (over()) return Interest::Usual;
  current_ = &thread;
  const auto interest = std::visit([&](const auto& what) { return on(thread, what); }, cause);
  current_ = nullptr;
  return outcome(interest);
}

Interest Session::outcome(Interest otherwise) {
  if (!output_.good()) debuggee_.end_soon();
  const bool halt = std::exchange(halt_wanted_, false) || over();
  return halt ? Interest::Stop : otherwise;
}

std::string Session::call(Callback callback, Thread* thread, Callbacks::PushArguments arguments, const void* context) {
  auto called = callbacks_.call(callback, thread != nullptr ? thread->id().tid : Tid{}, arguments, context);
  if (thread != nullptr) thread->action.kind = callbacks_.steps(thread->id().tid) ? ResumeAction::Kind::Step : ResumeAction::Kind::Continue;
  if (called) return *called;
  error_ = called.error();
  return {};
}

void Session::take(const Result<bool>& resumed) {
  if (!resumed) error_ = resumed.error();
  current_->action.kind = callbacks_.steps(current_->id().tid) ? ResumeAction::Kind::Step : ResumeAction::Kind::Continue;
}

Interest Session::on(Thread& thread, const SoftwareBreakpointHit& hit) {
  const auto pid = thread.id().pid;
  if (hooks_.begins(thread.process(), hit.at)) return Interest::None;
  const auto sp = stack_pointer(thread);
  take(callbacks_.came_to(thread.id().tid, hit.at, sp));
  for_each_id([&] { return hooks_.breakpoints(pid, hit.at); },
              [&](Hooks::Id id) {
                if (!hooks_[id].gone && !over()) call(hooks_[id].callback, &thread, push_thread_alone, &thread);
              });
  return Interest::None;
}

Interest Session::on(Thread& thread, const WatchpointHit& hit) {
  for_each_id([&] { return &hooks_.watchpoints(); },
              [&](Hooks::Id id) {
                if (hooks_[id].gone || over() || !hooks_.watches(id, thread.id().pid, hit)) return;
                const HitArguments arguments{thread.id(), hit.at.value};
                call(hooks_[id].callback, &thread, push_hit, &arguments);
              });
  return Interest::None;
}

Interest Session::on(Thread& thread, const StepDone&) {
  take(callbacks_.stepped(thread.id().tid));
  return Interest::None;
}

Interest Session::on(Thread& thread, const SignalStop& stop) {
  bool drop = false;
  for_each_id([&] { return &hooks_.signals(stop.signal); },
              [&](Hooks::Id id) {
                if (hooks_[id].gone || over()) return;
                const SignalArguments arguments{thread.id(), stop.signal};
                drop |= call(hooks_[id].callback, &thread, push_signal, &arguments) == "drop";
              });
  if (!drop) return Interest::None;
  dropped_.insert(thread.id().tid);
  return Interest::Usual;
}

Interest Session::syscall(Thread& thread, int number, bool entering) {
  for_each_id([&] { return &hooks_.syscalls(); },
              [&](Hooks::Id id) {
                const auto& hook = hooks_[id];
                if (hook.gone || over() || (hook.number != Hooks::any_number && hook.number != number)) return;
                const SyscallArguments arguments{thread.id(), entering, number};
                call(hook.callback, &thread, push_syscall, &arguments);
              });
  return Interest::None;
}

Interest Session::on(Thread& thread, const SyscallEntry& entry) { return syscall(thread, entry.number, true); }
Interest Session::on(Thread& thread, const SyscallReturn& exit) { return syscall(thread, exit.number, false); }

}  // namespace tools::script
