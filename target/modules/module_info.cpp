#include "target/modules/module_info.hpp"

#include <fcntl.h>

#include <algorithm>

#include "target/modules/elf_file.hpp"

namespace target::modules {
namespace {

// Triples call it i386, i486, i586 and i686.
bool same_machine(std::string_view wanted, std::string_view machine) {
  if (wanted == machine || wanted.empty()) return true;
  return machine == "i386" && wanted.size() == 4 && wanted.front() == 'i' && wanted.ends_with("86");
}

}  // namespace

Result<ModuleInfo> find_module(const linux::FileSystem& files, const std::string& path, std::string_view triple) {
  const auto file = files.open(path, O_RDONLY, 0);
  if (!file) return tl::unexpected(file.error());
  struct stat status{};
  if (fstat(file->get(), &status) != 0) return system_failure("stat " + path);
  const auto identity = S_ISREG(status.st_mode) ? identify(file->get()) : std::nullopt;
  const auto machine = triple.substr(0, triple.find('-'));
  if (!identity || !same_machine(machine, identity->machine))
    return failure(ENOEXEC, path + " is no ELF file for " + std::string(machine));
  return ModuleInfo{path, std::string(identity->machine), identity->build_id,
                    static_cast<std::uint64_t>(status.st_size)};
}

std::optional<Address> load_address(const std::vector<linux::Mapping>& mappings, std::string_view path) {
  const auto found = std::find_if(mappings.begin(), mappings.end(),
                                  [&](const linux::Mapping& mapping) { return mapping.path == path; });
  return found == mappings.end() ? std::nullopt : std::optional(found->range.begin);
}

}  // namespace target::modules
