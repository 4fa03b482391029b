#include "target/stops/policy.hpp"

#include <variant>

namespace target::stops {
namespace {

Verdict quietly(const Circumstances& now) { return now.halting ? Verdict::Hold : Verdict::Swallow; }

// A step that the client did not ask for got the thread past a breakpoint.
bool step_goes_on(const Circumstances& now) {
  return !now.action.steps() ||
         (now.action.kind == ResumeAction::Kind::StepRange && now.action.range.contains(now.pc));
}

Decision decide_signal(Signal signal, const Circumstances& now) {
  if (now.wishes.attended && !now.stops_program) return {quietly(now), signal};
  const bool silent = !now.wishes.attended || (now.wishes.pass.contains(signal) && !now.at_breakpoint);
  // A thread that steps shows its signals all the same: the step would end inside the handler.
  if (silent && !(now.wishes.attended && now.action.steps())) return {quietly(now), signal};
  return {Verdict::Report, {}};
}

}  // namespace

Decision decide(const StopCause& cause, const Circumstances& now) {
  if (const auto* stop = std::get_if<SignalStop>(&cause)) return decide_signal(stop->signal, now);
  if (!now.wishes.attended || !now.stops_program) return {quietly(now), {}};
  if (now.stop_insisted) return {Verdict::Report, {}};
  if (std::holds_alternative<StepDone>(cause) && step_goes_on(now)) return {quietly(now), {}};
  if (const auto* entry = std::get_if<SyscallEntry>(&cause); entry && !now.syscalls.catches(entry->number))
    return {quietly(now), {}};
  if (const auto* exit = std::get_if<SyscallReturn>(&cause); exit && !now.syscalls.catches(exit->number))
    return {quietly(now), {}};
  if (std::holds_alternative<VforkDone>(cause) && !now.wishes.vfork_events) return {quietly(now), {}};
  if (std::holds_alternative<Execed>(cause) && !now.wishes.exec_events) return {quietly(now), {}};
  return {Verdict::Report, {}};
}

}  // namespace target::stops
