// Stands for target/linux/remote_call.cpp: no simulated program makes system calls for others.

#include "target/linux/remote_call.hpp"

namespace target::linux {

Result<std::uint64_t> call_in(Tid, ChildEvents&, Address, const RemoteCall&) {
  return system_failure("make a system call", ENOSYS);
}

}  // namespace target::linux
