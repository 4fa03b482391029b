#pragma once

#include "target/linux/child_events.hpp"
#include "target/stops/stop_facts.hpp"
#include "target/thread.hpp"

namespace target::run_control {

/// Looks at a thread that has just stopped. The only place that asks the kernel why; what cannot be read
/// any more (the thread was killed meanwhile) stays at its default, and its exit is seen next.
stops::StopFacts collect_facts(Thread& thread, const linux::ChildEvent& event,
                               bool claims_foreign_traps);

}  // namespace target::run_control
