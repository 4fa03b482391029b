#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "target/bytecode/program.hpp"
#include "target/types/address.hpp"
#include "target/types/result.hpp"

namespace target::bytecode {

/// Where the values of an expression come from and where its output goes.
class Environment {
 public:
  virtual ~Environment() = default;
  /// Numbered as in the target description.
  virtual Result<std::uint64_t> register_value(std::size_t number) = 0;
  /// All of `into`, or EFAULT.
  virtual Result<void> read(Address from, std::span<std::byte> into) = 0;
  virtual void print(std::string_view text) = 0;
};

/// What the expression leaves on top of its stack, 0 if that is empty. Overflow wraps, shifts by 64 and more
/// leave nothing (or the sign). Fails on a division by zero, on memory and registers that cannot be read, and
/// with ELOOP after 10,000 operations.
Result<std::uint64_t> evaluate(const Program& program, Environment& environment);

}  // namespace target::bytecode
