// Stands for target/linux/child_events.cpp.

#include "target/linux/child_events.hpp"

#include "tests/support/fake_kernel/kernel.hpp"

namespace target::linux {
namespace {

support::FakeKernel& kernel() { return support::FakeKernel::instance(); }

}  // namespace

Result<ChildEvents> ChildEvents::open() { return ChildEvents(FileDescriptor(), sigset_t{}); }
void ChildEvents::restore_mask() const {}
void ChildEvents::clear_descriptor() {}
std::optional<ChildEvent> ChildEvents::poll_any() { return kernel().take_event(); }
std::optional<ChildEvent> ChildEvents::wait_any() { return kernel().take_event(); }
std::optional<ChildEvent> ChildEvents::poll(Tid tid) { return kernel().take_event_of(tid); }
std::optional<ChildEvent> ChildEvents::wait(Tid tid) { return kernel().take_event_of(tid); }

// Time does not pass here: either something happens now, or it never does.
bool ChildEvents::wait_for_signal(std::chrono::microseconds) {
  if (!kernel().event_waits()) kernel().run();
  return kernel().event_waits();
}

}  // namespace target::linux
