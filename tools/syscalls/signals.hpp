#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tools::syscalls {

/// "{si_code=CLD_EXITED, si_pid=12, si_status=0}". \param siginfo  a siginfo_t
std::string describe_signal(std::span<const std::byte> siginfo);

}  // namespace tools::syscalls
