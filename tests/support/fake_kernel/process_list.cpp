// Stands for target/linux/process_list.cpp.

#include "target/linux/process_list.hpp"

#include "tests/support/fake_kernel/kernel.hpp"

namespace target::linux {

std::vector<Pid> processes_named(const std::string& name) {
  return support::FakeKernel::instance().processes_running("/bin/" + name);
}

}  // namespace target::linux
