#include "protocol/requests/syscalls.hpp"

namespace protocol::requests {

std::optional<CatchSyscalls> CatchSyscalls::parse(FieldReader in) {
  const auto on = in.hex<std::uint8_t>();
  std::vector<int> numbers;
  while (!in.failed() && in.accept(';')) numbers.push_back(static_cast<int>(in.hex<std::uint32_t>()));
  if (!in.complete() || on > 1 || (on == 0 && !numbers.empty())) return std::nullopt;
  if (on == 0) return CatchSyscalls{target::SyscallFilter::none()};
  if (numbers.empty()) return CatchSyscalls{target::SyscallFilter::all()};
  return CatchSyscalls{target::SyscallFilter::only(std::move(numbers))};
}

}  // namespace protocol::requests
