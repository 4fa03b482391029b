#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "target/bytecode/evaluate.hpp"
#include "target/process.hpp"

namespace target::run_control {

/// What the thread that met a breakpoint offers to its conditions and commands.
class HitEnvironment final : public bytecode::Environment {
 public:
  using Printer = std::function<void(std::string_view)>;
  HitEnvironment(Thread& thread, Printer printer) : thread_(thread), printer_(std::move(printer)) {}

  Result<std::uint64_t> register_value(std::size_t number) override;
  Result<void> read(Address from, std::span<std::byte> into) override;
  void print(std::string_view text) override;

 private:
  Thread& thread_;
  Printer printer_;
};

}  // namespace target::run_control
