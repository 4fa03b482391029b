#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "target/types/register_spec.hpp"

namespace tools::script {

/// A register, or the part of one that has a name of its own, as eax, ax, al and ah of rax.
struct RegisterName {
  const target::RegisterSpec* whole = nullptr;
  std::size_t first = 0;  ///< byte of the whole that it begins with
  std::size_t bytes = 0;
  /// Written, it clears what is above it, as the processor does with the lower halves of 64-bit registers.
  bool clears_rest = false;

  bool is_number() const { return bytes <= 8; }
};

/// Every name that a register of one kind of program goes by.
class RegisterNames {
 public:
  explicit RegisterNames(const target::RegisterLayout& layout);
  /// Null if it is no register.
  const RegisterName* find(std::string_view name) const;
  /// Made once for each layout.
  static const RegisterNames& of(const target::RegisterLayout& layout);

 private:
  void add_parts(const target::RegisterSpec& whole, std::size_t word_bytes);
  void add(std::string name, const RegisterName& meaning) { names_.try_emplace(std::move(name), meaning); }

  std::map<std::string, RegisterName, std::less<>> names_;
};

}  // namespace tools::script
