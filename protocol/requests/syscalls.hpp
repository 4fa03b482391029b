#pragma once

#include <optional>
#include <vector>

#include "protocol/field_reader.hpp"
#include "target/types/syscall_filter.hpp"

namespace protocol::requests {

/// QCatchSyscalls:0      QCatchSyscalls:1[;number...], in hex; without a list every system call
struct CatchSyscalls {
  target::SyscallFilter filter;
  static std::optional<CatchSyscalls> parse(FieldReader in);
};

}  // namespace protocol::requests
