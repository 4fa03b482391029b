#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "target/types/result.hpp"

namespace tools::syscalls {

/// Which system calls are wanted.
class Selection {
 public:
  /// \param text  names, and sets of them (%file %desc %network %process %memory %signal %ipc), with commas between; "!"
  ///              before it all turns it round; "": every call
  static target::Result<Selection> parse(std::string_view text);

  bool everything() const { return everything_; }
  bool has(std::string_view name) const { return everything_ || names_.contains(name); }
  std::vector<std::string> names() const { return {names_.begin(), names_.end()}; }

 private:
  bool everything_ = true;
  std::set<std::string, std::less<>> names_;
};

}  // namespace tools::syscalls
