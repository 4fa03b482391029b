// Stands for target/arch/amd64/displaced.cpp, for the simulated processor's instructions.

#include <algorithm>

#include "target/arch/amd64/displaced.hpp"
#include "tests/support/fake_kernel/program.hpp"

namespace target::arch::amd64 {

using support::Op;

std::optional<Displaced> Displaced::make(std::span<const std::byte> instruction, Address home, Address away) {
  const auto op = static_cast<Op>(instruction.front());
  const bool makes_another = op == Op::Clone || op == Op::Fork || op == Op::Vfork || op == Op::Exec;
  if (makes_another || op == Op::Int3) return std::nullopt;
  Displaced displaced;
  displaced.length_ = support::takes_operand(op) ? 2 : 1;
  displaced.home_ = home;
  displaced.away_ = away;
  if (op == Op::Jump || op == Op::JumpIfZero) displaced.kind_ = Kind::Relative;
  if (op == Op::SigReturn) displaced.kind_ = Kind::Absolute;
  std::copy_n(instruction.begin(), displaced.length_, displaced.code_.begin());
  return displaced;
}

Address Displaced::at_home(Address pc) const {
  const bool relative = kind_ == Kind::Relative || kind_ == Kind::RelativeCall;
  if (relative || pc == away_ || pc == behind()) return Address{pc.value - away_.value + home_.value};
  return pc;
}

}  // namespace target::arch::amd64
