#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "target/address_space.hpp"
#include "target/symbols/symbols.hpp"
#include "tools/disasm/disasm.hpp"

namespace tools::disasm {

/// Where instructions are read: a file, the memory of a process, or that of a program which stands at its beginning.
class Source {
 public:
  static target::Result<Source> open(const Options& options);

  target::symbols::Symbols& symbols() { return *symbols_; }
  /// Up to the first byte that is not there; EFAULT if that is the very first.
  target::Result<std::size_t> read(target::Address from, std::span<std::byte> into);

 private:
  std::unique_ptr<Debuggee> debuggee_;
  std::unique_ptr<target::AddressSpace> memory_;  // of a process that is none of ours
  std::unique_ptr<target::symbols::Symbols> symbols_;
};

/// What is to be listed: from there until one of these is reached.
struct Stretch {
  target::Address begin;
  std::optional<target::Address> end;
  std::size_t count = ~std::size_t{0};
  int line = 0;  ///< not 0: as long as it is this source line
};
/// One for each place that a location means.
target::Result<std::vector<Stretch>> find_stretches(target::symbols::Symbols& symbols, const Options& options);

}  // namespace tools::disasm
