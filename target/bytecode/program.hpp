#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "target/bytecode/print_format.hpp"
#include "target/types/result.hpp"

namespace target::bytecode {

/// An agent expression that has been looked through: it stays inside its code, its stack never runs empty or
/// over, and it uses only what evaluate() can do.
class Program {
 public:
  static constexpr std::size_t deepest_stack = 128;

  /// EINVAL says what is wrong and where; ENOTSUP names an operation that does not exist here.
  static Result<Program> check(std::vector<std::uint8_t> code);

  std::span<const std::uint8_t> code() const { return code_; }
  /// True if every path ends with a value on the stack.
  bool yields_value() const { return yields_value_; }
  /// Of the printf operation at `offset`.
  const PrintFormat& format_at(std::size_t offset) const { return formats_.at(offset); }

 private:
  friend class Checker;
  Program() = default;

  std::vector<std::uint8_t> code_;
  std::map<std::size_t, PrintFormat> formats_;
  bool yields_value_ = true;
};

/// The big-endian number that the whole of `bytes` is.
constexpr std::uint64_t big_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (const auto byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace target::bytecode
