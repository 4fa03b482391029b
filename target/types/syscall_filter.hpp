#pragma once

#include <algorithm>
#include <vector>

namespace target {

/// Which system calls a client wants to hear of.
class SyscallFilter {
 public:
  static SyscallFilter none() { return {}; }
  static SyscallFilter all() {
    SyscallFilter filter;
    filter.mode_ = Mode::All;
    return filter;
  }
  static SyscallFilter only(std::vector<int> numbers) {
    SyscallFilter filter;
    filter.mode_ = Mode::Only;
    filter.numbers_ = std::move(numbers);
    std::sort(filter.numbers_.begin(), filter.numbers_.end());
    return filter;
  }

  bool catches_any() const { return mode_ != Mode::None; }
  bool catches(int number) const {
    return mode_ == Mode::All ||
           (mode_ == Mode::Only && std::binary_search(numbers_.begin(), numbers_.end(), number));
  }

 private:
  enum class Mode { None, All, Only };
  Mode mode_ = Mode::None;
  std::vector<int> numbers_;
};

}  // namespace target
