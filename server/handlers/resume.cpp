#include "protocol/requests/resume.hpp"

#include <array>

#include "protocol/requests/processes.hpp"
#include "server/handlers/families.hpp"
#include "server/stop_reporter.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;
using target::ResumeAction;
using target::run_control::Mode;

// gdb takes vCont only if c and C are both there.
Reply actions(Client&) { return reply::Payload{"vCont;c;C;s;S;t;r"}; }

Reply start(Client& client, const target::ResumePlan& plan) {
  client.memory_map.reset();
  if (auto resumed = client.inferiors.resume(plan); !resumed) return failed(resumed.error());
  if (client.inferiors.mode() == Mode::NonStop) return reply::Ok{};
  return reply::Later{};
}

// In lldb's non-stop mode, which is lldb-server's, a process runs or stops as a whole; the numbers of these errors are
// lldb-server's too.
std::optional<target::Error> refused_in_part(Client& client, const target::ResumePlan& plan) {
  constexpr int running_already = 0x37, only_in_part = 3;
  for (const auto& [threads, action] : plan.entries) {
    const bool stops = action.kind == ResumeAction::Kind::Stop;
    if (stops && threads.thread_match == target::ThreadSelector::Match::One)
      return target::Error{only_in_part, "a process can only be stopped as a whole"};
    for (const auto& [pid, process] : client.inferiors.processes())
      if (!stops && process->any_running() && (threads.process_match != target::ThreadSelector::Match::One || threads.pid == pid))
        return target::Error{running_already, "process " + std::to_string(pid.value) + " is running already"};
  }
  return std::nullopt;
}

Reply start_for_lldb(Client& client, target::ResumePlan plan) {
  // It lets all threads run by naming each that it knows.
  plan.unborn = ResumeAction{};
  if (client.inferiors.mode() == Mode::NonStop) {
    if (const auto refused = refused_in_part(client, plan)) return failed(*refused);
    client.stops.clear();
  }
  return start(client, plan);
}

Reply resume_plan(Client& client, const VCont& request) {
  if (client.features.dialect == Dialect::Lldb) return start_for_lldb(client, request.plan);
  return start(client, request.plan);
}

// The old packets speak of one thread; all others continue with it.
Reply resume_one(Client& client, ResumeAction action, const std::optional<target::Address>& address) {
  const auto thread = client.thread_to_resume();
  if (!thread) return failed(thread.error());
  if (address) {
    if (auto stopped = (*thread)->require_stopped(); !stopped) return failed(stopped.error());
    if (auto moved = (*thread)->registers().set_pc(*address); !moved) return failed(moved.error());
  }
  const auto one = target::ThreadSelector::one((*thread)->id());
  // lldb-server's c and s are for one process.
  if (client.features.dialect == Dialect::Lldb)
    return start_for_lldb(client, {{{one, action}, {target::ThreadSelector::whole((*thread)->id().pid), {}}}});
  return start(client, {{{one, action}, {target::ThreadSelector::all(), {}}}});
}

template <ResumeAction::Kind kind>
Reply plain(Client& client, const Continue& request) {
  return resume_one(client, {kind, {}, {}}, request.address);
}

// lldb's C without a thread is kill(2): the signal is new, and a stop if lldb wants to see it. Only the one that the
// thread stands at is delivered.
bool is_for_process(const Client& client, const ContinueWithSignal& request) {
  const auto chosen = client.thread_to_resume();
  if (client.features.dialect != Dialect::Lldb || !request.signal || !chosen) return false;
  const auto& reported = (*chosen)->reported;
  const auto* stop = reported ? std::get_if<target::SignalStop>(&*reported) : nullptr;
  return client.resumed.thread_match != target::ThreadSelector::Match::One && (stop == nullptr || stop->signal != request.signal);
}

Reply signal_process(Client& client, const ContinueWithSignal& request) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  if (const auto sent = client.inferiors.signal((*process)->pid(), request.signal); !sent) return failed(sent.error());
  return resume_one(client, {}, request.address);
}

template <ResumeAction::Kind kind>
Reply with_signal(Client& client, const ContinueWithSignal& request) {
  if (kind == ResumeAction::Kind::Continue && is_for_process(client, request)) return signal_process(client, request);
  return resume_one(client, {kind, request.signal, {}}, request.address);
}

Reply non_stop(Client& client, const Switch& request) {
  client.inferiors.set_mode(request.on ? Mode::NonStop : Mode::AllStop);
  client.stops.clear();
  return reply::Ok{};
}

Reply interrupt(Client& client) {
  client.inferiors.interrupt();
  return reply::Ok{};
}

// The client has taken in the stop that it was told of; here is the next one.
Reply next_stop(Client& client) {
  if (client.inferiors.mode() == Mode::AllStop) return failed({0xff, "vStopped is for non-stop mode"});
  if (const auto* event = client.stops.outstanding()) client.inferiors.heard(*event);
  client.stops.acknowledge();
  if (const auto* event = client.stops.tell()) return reply::Payload{describe_stop(client, *event)};
  return reply::Ok{};
}

Reply pass_signals(Client& client, const SignalList& request) {
  client.inferiors.wishes().pass = request.signals;
  return reply::Ok{};
}

Reply program_signals(Client& client, const SignalList& request) {
  client.inferiors.set_program_signals(request.signals);
  return reply::Ok{};
}

constexpr auto Continuing = ResumeAction::Kind::Continue;
constexpr auto Stepping = ResumeAction::Kind::Step;

constexpr std::array routes{
    bare<actions>("vCont?", "vContSupported+"),
    Route{"vCont", parse_signals_then<VCont, resume_plan>},
    Route{"QNonStop:", parse_then<Switch, non_stop>, "QNonStop+"},
    bare<interrupt>("vCtrlC"),
    bare<next_stop>("vStopped"),
    Route{"c", parse_then<Continue, plain<Continuing>>},
    Route{"s", parse_then<Continue, plain<Stepping>>},
    Route{"C", parse_signals_then<ContinueWithSignal, with_signal<Continuing>>},
    Route{"S", parse_signals_then<ContinueWithSignal, with_signal<Stepping>>},
    Route{"QPassSignals:", parse_signals_then<SignalList, pass_signals>, "QPassSignals+"},
    Route{"QProgramSignals:", parse_signals_then<SignalList, program_signals>, "QProgramSignals+"},
};

}  // namespace

std::span<const Route> resume() { return routes; }

}  // namespace server::handlers
