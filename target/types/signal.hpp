#pragma once

#include <compare>
#include <csignal>
#include <cstdint>

namespace target {

/// A signal in the kernel's numbering, 1..64; 0 stands for "no signal".
struct Signal {
  int number = 0;
  auto operator<=>(const Signal&) const = default;
  explicit operator bool() const { return number != 0; }
};

/// A set of kernel signal numbers.
class SignalSet {
 public:
  void add(Signal signal) { bits_ |= bit(signal); }
  bool contains(Signal signal) const { return (bits_ & bit(signal)) != 0; }
  bool operator==(const SignalSet&) const = default;

  static SignalSet every() { return of_mask(~std::uint64_t{0}); }
  /// Bit n - 1 stands for signal n, as in /proc.
  static SignalSet of_mask(std::uint64_t mask) {
    SignalSet set;
    set.bits_ = mask;
    return set;
  }

 private:
  static std::uint64_t bit(Signal signal) {
    return signal.number < 1 || signal.number > 64 ? 0 : std::uint64_t{1} << (signal.number - 1);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace target
