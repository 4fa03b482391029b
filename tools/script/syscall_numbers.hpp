#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

#include "target/syscall_names.hpp"

namespace tools::script {

/// Of a system call, by its name or number, in programs whose addresses have so many bytes. Nothing if there is none.
inline std::optional<int> number_of(std::string_view name, std::size_t word_bytes) {
  int number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc{} && end == name.data() + name.size() && number >= 0) return number;
  return target::syscall_number(name, word_bytes == 8 ? target::SystemCallTable::Amd64 : target::SystemCallTable::I386);
}

}  // namespace tools::script
