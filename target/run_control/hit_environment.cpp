#include "target/run_control/hit_environment.hpp"

#include <string>

namespace target::run_control {

Result<std::uint64_t> HitEnvironment::register_value(std::size_t number) {
  const auto& registers = thread_.registers().layout().registers;
  std::uint64_t value = 0;
  if (number >= registers.size() || registers[number].bytes() > sizeof value)
    return failure(EINVAL, "agent expression: no register with a number of 64 bits is number " + std::to_string(number));
  const auto& spec = registers[number];
  auto got = thread_.registers().read(spec, std::as_writable_bytes(std::span(&value, 1)).first(spec.bytes()));
  if (!got) return tl::unexpected(got.error());
  return value;
}

Result<void> HitEnvironment::read(Address from, std::span<std::byte> into) {
  const auto got = thread_.process().space().read(from, into);
  if (!got) return tl::unexpected(got.error());
  if (*got < into.size()) return failure(EFAULT, "agent expression: memory ends in the middle of a value");
  return {};
}

void HitEnvironment::print(std::string_view text) {
  if (printer_) printer_(text);
}

}  // namespace target::run_control
