#include "protocol/requests/resume.hpp"

#include "protocol/thread_selector.hpp"

namespace protocol::requests {
namespace {

using target::ResumeAction;
using Kind = ResumeAction::Kind;

target::Signal read_signal(FieldReader& in, SignalNumbering numbering) {
  const auto signal = from_wire(in.hex<std::uint8_t>(), numbering);
  if (!signal) in.fail();
  return signal.value_or(target::Signal{});
}

ResumeAction read_range_step(FieldReader& in) {
  ResumeAction action{Kind::StepRange, {}, {}};
  action.range.begin.value = in.hex<std::uint64_t>();
  in.expect(',');
  action.range.end.value = in.hex<std::uint64_t>();
  return action;
}

ResumeAction read_action(FieldReader& in, SignalNumbering numbering) {
  if (in.accept('c')) return {Kind::Continue, {}, {}};
  if (in.accept('C')) return {Kind::Continue, read_signal(in, numbering), {}};
  if (in.accept('s')) return {Kind::Step, {}, {}};
  if (in.accept('S')) return {Kind::Step, read_signal(in, numbering), {}};
  if (in.accept('t')) return {Kind::Stop, {}, {}};
  if (in.accept('r')) return read_range_step(in);
  in.fail();
  return {};
}

}  // namespace

std::optional<VCont> VCont::parse(FieldReader in, SignalNumbering numbering) {
  VCont request;
  do {
    in.expect(';');
    const auto action = read_action(in, numbering);
    const auto threads = in.accept(':') ? read_thread_selector(in) : target::ThreadSelector::all();
    request.plan.entries.push_back({threads, action});
  } while (!in.failed() && !in.at_end());
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<Continue> Continue::parse(FieldReader in) {
  Continue request;
  if (!in.at_end()) request.address = target::Address{in.hex<std::uint64_t>()};
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<ContinueWithSignal> ContinueWithSignal::parse(FieldReader in, SignalNumbering numbering) {
  ContinueWithSignal request;
  request.signal = read_signal(in, numbering);
  if (in.accept(';')) request.address = target::Address{in.hex<std::uint64_t>()};
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<SignalList> SignalList::parse(FieldReader in, SignalNumbering numbering) {
  SignalList request;
  while (!in.at_end()) {
    const auto signal = from_wire(in.hex<std::uint8_t>(), numbering);
    if (signal) request.signals.add(*signal);
    if (!in.at_end()) in.expect(';');
    if (in.failed()) return std::nullopt;
  }
  return request;
}

}  // namespace protocol::requests
