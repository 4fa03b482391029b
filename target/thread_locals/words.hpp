#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "target/types/address.hpp"
#include "target/types/result.hpp"

namespace target::thread_locals {

/// An inferior's memory as the pointer-sized numbers that a C library keeps its records in.
class Words {
 public:
  using Read = std::function<Result<std::size_t>(Address, std::span<std::byte>)>;

  Words(Read read, std::size_t word_bytes) : read_(std::move(read)), word_bytes_(word_bytes) {}

  std::size_t word_bytes() const { return word_bytes_; }
  bool wide() const { return word_bytes_ == sizeof(std::uint64_t); }
  /// All of them, or false.
  bool read(Address at, std::span<std::byte> into) const;
  std::optional<std::uint64_t> word(Address at) const;
  /// The number of an array of words.
  std::optional<std::uint64_t> word(Address at, std::uint64_t index) const {
    return word(at + index * word_bytes_);
  }
  /// True if these bytes and a zero stand there.
  bool string_is(Address at, std::string_view text) const;

  template <class T>
  std::optional<T> object(Address at) const {
    T value{};
    if (!read(at, std::as_writable_bytes(std::span(&value, 1)))) return std::nullopt;
    return value;
  }

 private:
  Read read_;
  std::size_t word_bytes_;
};

}  // namespace target::thread_locals
