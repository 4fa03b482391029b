#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "target/types/address.hpp"

namespace target::arch::amd64 {

inline constexpr std::size_t longest_instruction = 15;

/// A 64-bit instruction that runs at another address than its own, and where its thread belongs afterwards.
class Displaced {
 public:
  /// Nothing if the instruction means something else elsewhere that cannot be put right: one that is unknown,
  /// cut off, or refers to an address out of reach of `away`; traps, far jumps and returns from interrupts.
  static std::optional<Displaced> make(std::span<const std::byte> instruction, Address home, Address away);

  std::span<const std::byte> code() const { return std::span(code_).first(length_); }
  Address home() const { return home_; }
  Address away() const { return away_; }

  /// Where a thread that was sent to away() belongs when it has stopped with this pc.
  Address at_home(Address pc) const;
  /// It has pushed the address behind it, where it ran: home_return() belongs there.
  bool is_call() const { return kind_ == Kind::RelativeCall || kind_ == Kind::AbsoluteCall; }
  /// syscall leaves the address behind it in rcx.
  bool is_syscall() const { return kind_ == Kind::Syscall; }
  Address behind() const { return away_ + length_; }
  Address home_return() const { return home_ + length_; }

 private:
  enum class Kind {
    Plain,         // goes on behind itself
    Relative,      // or at a distance from itself
    Absolute,      // or anywhere
    RelativeCall,
    AbsoluteCall,
    Syscall,
  };
  struct Decoded;
  static std::optional<Decoded> decode(std::span<const std::byte> instruction, Address home);

  std::array<std::byte, longest_instruction> code_{};
  std::uint8_t length_ = 0;
  Kind kind_ = Kind::Plain;
  Address home_;
  Address away_;
};

}  // namespace target::arch::amd64
