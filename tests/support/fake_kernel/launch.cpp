// Stands for target/linux/launch.cpp.

#include "target/linux/launch.hpp"

#include "tests/support/fake_kernel/kernel.hpp"

namespace target::linux {

Result<Launched> launch(const LaunchSpec& spec, ChildEvents&) {
  const auto pid = support::FakeKernel::instance().launch(spec.program);
  if (!pid) return tl::unexpected(pid.error());
  return Launched{*pid, false};
}

void take_terminal_back() {}

}  // namespace target::linux
