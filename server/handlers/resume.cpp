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

// lldb lets all threads run by naming each that it knows.
Reply resume_plan(Client& client, const VCont& request) {
  auto plan = request.plan;
  if (client.features.dialect == Dialect::Lldb) plan.unborn = ResumeAction{};
  return start(client, plan);
}

// The old packets speak of one thread; all others continue with it.
Reply resume_one(Client& client, ResumeAction action, const std::optional<target::Address>& address) {
  const auto thread = client.thread_to_resume();
  if (!thread) return failed(thread.error());
  if (address) {
    if (auto stopped = (*thread)->require_stopped(); !stopped) return failed(stopped.error());
    if (auto moved = (*thread)->registers().set_pc(*address); !moved) return failed(moved.error());
  }
  return start(client, {{{target::ThreadSelector::one((*thread)->id()), action},
                         {target::ThreadSelector::all(), {}}}});
}

template <ResumeAction::Kind kind>
Reply plain(Client& client, const Continue& request) {
  return resume_one(client, {kind, {}, {}}, request.address);
}

template <ResumeAction::Kind kind>
Reply with_signal(Client& client, const ContinueWithSignal& request) {
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
  if (const auto* event = client.stops.outstanding()) client.inferiors.heard(*event);
  client.stops.acknowledge();
  if (const auto* event = client.stops.outstanding()) return reply::Payload{describe_stop(client, *event)};
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
