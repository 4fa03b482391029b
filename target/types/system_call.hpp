#pragma once

#include <array>
#include <cstdint>

namespace target {

/// The table in which a system call's number stands. A 64-bit program may make 32-bit calls too (int 0x80).
enum class SystemCallTable { Amd64, I386 };

struct SystemCall {
  int number = 0;
  SystemCallTable table = SystemCallTable::Amd64;
  std::array<std::uint64_t, 6> arguments{};
};

struct SystemCallResult {
  std::int64_t value = 0;
  bool failed = false;  ///< the value is then -errno, or one of the kernel's own numbers for a call that is to be restarted
};

}  // namespace target
