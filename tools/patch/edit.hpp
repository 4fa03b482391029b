#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "target/process.hpp"

namespace tools::patch {

/// Bytes that are to be written over a program's code.
struct Edit {
  target::Address at;
  std::vector<std::byte> bytes;
};

/// "9090", "90 90"; EINVAL with what is wrong.
target::Result<std::vector<std::byte>> parse_bytes(const std::string& text);

/// Instructions that do nothing in place of so many whole ones.
target::Result<Edit> nops(target::Process& process, target::Address at, std::size_t instructions);

/// The shortest jump that reaches. EINVAL if it needs more room than the instruction that is there, unless `force`; then
/// the rest of the instruction that it ends in does nothing.
target::Result<Edit> jump(target::Process& process, target::Address from, target::Address to, bool force);

/// EFAULT if not all of it can be written; then nothing is.
target::Result<void> apply(target::Process& process, const Edit& edit);

}  // namespace tools::patch
