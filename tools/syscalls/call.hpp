#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "target/address_space.hpp"
#include "target/types/system_call.hpp"

namespace tools::syscalls {

/// One system call: what its arguments are shown from.
class Call {
 public:
  Call(const target::AddressSpace& memory, const target::SystemCall& entry, std::size_t longest_text)
      : memory_(memory), entry_(entry), longest_text_(longest_text) {}

  /// 64-bit structures.
  bool wide() const { return entry_.table == target::SystemCallTable::Amd64; }
  std::uint64_t argument(std::size_t index) const { return entry_.arguments[index]; }
  std::int64_t integer(std::size_t index) const { return static_cast<std::int32_t>(argument(index)); }
  target::Address address(std::size_t index) const { return {argument(index)}; }
  /// A pointer or long in the program's memory.
  std::optional<std::uint64_t> word(target::Address at) const;
  std::size_t word_bytes() const { return wide() ? 8 : 4; }

  std::size_t read(target::Address at, std::span<std::byte> into) const { return memory_.read(at, into).value_or(0); }
  template <class T>
  std::optional<T> object(target::Address at) const {
    T value;
    if (at.value == 0 || read(at, std::as_writable_bytes(std::span(&value, 1))) != sizeof value) return std::nullopt;
    return value;
  }
  /// How many bytes of a text are shown.
  std::size_t longest_text() const { return longest_text_; }

  /// Nothing before the return.
  std::optional<target::SystemCallResult> result;
  bool failed() const { return result && result->failed; }

 private:
  const target::AddressSpace& memory_;
  target::SystemCall entry_;
  std::size_t longest_text_;
};

/// NULL, or 0x...
std::string pointer(target::Address address);
/// In quotes, with C's escapes; `more`: dots behind it.
std::string quoted(std::span<const std::byte> bytes, bool more = false);
/// What is at an address, as far as it is to be shown and can be read.
std::string quoted_buffer(const Call& call, target::Address at, std::uint64_t bytes);
/// The same up to a NUL.
std::string quoted_text(const Call& call, target::Address at, std::size_t longest);

}  // namespace tools::syscalls
