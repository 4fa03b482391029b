#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "target/types/roles.hpp"

namespace support {

/// One mapped range of memory without a process, which counts how often it is asked.
class FakeMemory final : public target::Memory {
 public:
  FakeMemory(target::Address start, std::size_t size) : start_(start), bytes_(size) {}

  target::Result<std::size_t> read(target::Address from, std::span<std::byte> into) const override {
    ++reads;
    if (!mapped(from)) return target::failure(EFAULT, "not mapped");
    const std::size_t size = std::min(into.size(), bytes_.size() - offset(from));
    std::memcpy(into.data(), bytes_.data() + offset(from), size);
    return size;
  }

  target::Result<void> write(target::Address to, std::span<const std::byte> from) const override {
    ++writes;
    if (gone || !mapped(to) || from.size() > bytes_.size() - offset(to))
      return target::failure(EFAULT, "not mapped");
    std::memcpy(bytes_.data() + offset(to), from.data(), from.size());
    return {};
  }

  std::byte& at(target::Address at) { return bytes_.at(offset(at)); }

  mutable int reads = 0;
  mutable int writes = 0;
  bool gone = false;  ///< from now on nothing can be written

 private:
  bool mapped(target::Address at) const { return at >= start_ && at - start_ < bytes_.size(); }
  std::size_t offset(target::Address at) const { return at - start_; }

  target::Address start_;
  mutable std::vector<std::byte> bytes_;
};

}  // namespace support
