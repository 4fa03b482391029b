#pragma once

#include <map>
#include <memory>
#include <set>

#include "target/symbols/symbols.hpp"
#include "target/types/ids.hpp"

namespace tools {

/// The symbols of every process that a tool meets.
class SymbolBook {
 public:
  /// Read anew where an address is in no module that was known.
  target::symbols::Symbols& at(target::Pid pid, target::Address address);
  /// As they were when they were last read.
  target::symbols::Symbols& of(target::Pid pid);
  /// The process has become another program, or has ended.
  void forget(target::Pid pid) { entries_.erase(pid); }

 private:
  struct Entry {
    std::unique_ptr<target::symbols::Symbols> symbols;
    std::set<target::Address> strangers;
  };
  std::map<target::Pid, Entry> entries_;
};

}  // namespace tools
