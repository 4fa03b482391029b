#include "target/syscall_names.hpp"

#include <fmt/format.h>
#include <seccomp.h>

#include <cstdlib>
#include <memory>
#include <set>

namespace target {
namespace {

std::uint32_t architecture(SystemCallTable table) { return table == SystemCallTable::Amd64 ? SCMP_ARCH_X86_64 : SCMP_ARCH_X86; }

struct Free {
  void operator()(char* text) const { std::free(text); }
};
std::unique_ptr<char, Free> known_name(int number, SystemCallTable table) {
  return std::unique_ptr<char, Free>(seccomp_syscall_resolve_num_arch(architecture(table), number));
}

}  // namespace

std::string syscall_name(int number, SystemCallTable table) {
  // Negative numbers are the library's own, for calls of other architectures.
  const auto name = number >= 0 ? known_name(number, table) : nullptr;
  return name ? std::string(name.get()) : fmt::format("syscall_{:#x}", static_cast<unsigned>(number));
}

std::optional<int> syscall_number(std::string_view name, SystemCallTable table) {
  const int number = seccomp_syscall_resolve_name_arch(architecture(table), std::string(name).c_str());
  return number >= 0 ? std::optional(number) : std::nullopt;
}

std::vector<std::string> all_syscall_names() {
  constexpr int more_than_any = 1024;
  std::set<std::string> names;
  for (const auto table : {SystemCallTable::Amd64, SystemCallTable::I386})
    for (int number = 0; number < more_than_any; ++number)
      if (const auto name = known_name(number, table)) names.insert(name.get());
  return {names.begin(), names.end()};
}

}  // namespace target
