#include "tools/common/stepping.hpp"

#include "tools/common/places.hpp"

namespace tools {

using namespace target;

namespace {

constexpr ResumeAction step_on{ResumeAction::Kind::StepRange, {}, {{0}, {~std::uint64_t{0}}}};

}  // namespace

Result<Stretch> find_stretch(Debuggee& debuggee, const std::string& from, const std::string& to) {
  if (from.empty() && to.empty()) return Stretch{};
  if (auto ran = run_to_entry(debuggee); !ran) return tl::unexpected(ran.error());
  symbols::Symbols symbols(debuggee.program()->pid());
  const auto begin = find_place(symbols, from), end = find_place(symbols, to);
  if (!begin) return tl::unexpected(begin.error());
  if (!end) return tl::unexpected(end.error());
  if (*begin)
    if (auto planted = debuggee.program()->space().breakpoints().insert(**begin); !planted) return tl::unexpected(planted.error());
  return Stretch{*begin, *end};
}

void Stepping::run(const std::function<bool()>& enough) {
  observer_.stop_at(stretch_.to);
  debuggee_.inferiors().set_observer(&observer_);
  for (const auto& [pid, process] : debuggee_.inferiors().processes()) watch_all(*process, stretch_.from);
  std::optional<StopEvent> event;
  while (!enough() && (event = debuggee_.run(plan(event)))) look_at(*event);
  debuggee_.inferiors().set_observer(nullptr);
}

void Stepping::watch_all(Process& process, std::optional<Address> only_at) {
  for (const auto& [tid, thread] : process.threads()) {
    const bool wanted = !only_at || (thread->stopped() && thread->registers().pc().value_or(Address{}) == *only_at);
    if (wanted && !observer_.watches(*thread)) observer_.begin(*thread);
  }
}

void Stepping::look_at(const StopEvent& event) {
  Thread* thread = debuggee_.inferiors().find(event.thread);
  if (thread == nullptr) return;
  const auto pc = thread->registers().pc().value_or(Address{});
  const bool begins = stretch_.from && *stretch_.from == pc;
  if (begins && std::holds_alternative<SoftwareBreakpointHit>(event.cause) && !observer_.watches(*thread)) observer_.begin(*thread);
  if (stretch_.to == pc && observer_.watches(*thread)) {
    ++passes_;
    if (stretch_.from) observer_.leave(*thread);
  }
  const auto* born = std::get_if<Forked>(&event.cause);
  if (born == nullptr || !observer_.watches(*thread)) return;
  if (Process* child = debuggee_.inferiors().find(born->child.pid)) watch_all(*child);
}

ResumePlan Stepping::plan(const std::optional<StopEvent>& after) const {
  if (!stretch_.from) return Debuggee::everyone(step_on, after);
  auto plan = Debuggee::everyone({}, after);
  for (const auto& [pid, process] : debuggee_.inferiors().processes())
    for (const auto& [tid, thread] : process->threads()) {
      if (!observer_.watches(*thread)) continue;
      auto action = step_on;
      action.signal = plan.action_for(thread->id())->signal;
      plan.entries.insert(plan.entries.begin(), {ThreadSelector::one(thread->id()), action});
    }
  return plan;
}

}  // namespace tools
