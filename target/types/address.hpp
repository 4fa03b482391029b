#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace target {

/// A virtual address in an inferior. Never an address in this process.
struct Address {
  std::uint64_t value = 0;

  auto operator<=>(const Address&) const = default;
  Address operator+(std::uint64_t bytes) const { return {value + bytes}; }
  Address operator-(std::uint64_t bytes) const { return {value - bytes}; }
  std::uint64_t operator-(Address other) const { return value - other.value; }
};

/// Half open: [begin, end).
struct AddressRange {
  Address begin;
  Address end;

  bool operator==(const AddressRange&) const = default;
  bool contains(Address at) const { return begin <= at && at < end; }
};

}  // namespace target

template <>
struct std::hash<target::Address> {
  std::size_t operator()(target::Address at) const noexcept {
    return std::hash<std::uint64_t>{}(at.value);
  }
};
