#include "target/core/regions.hpp"

#include <elf.h>

#include <cstring>
#include <string_view>

namespace target::core {
namespace {

// core(5), "Controlling which mappings are written to the core dump"
enum Filter : std::uint32_t {
  anonymous_private = 1 << 0,
  anonymous_shared = 1 << 1,
  file_private = 1 << 2,
  file_shared = 1 << 3,
  elf_headers = 1 << 4,
  huge_private = 1 << 5,
  huge_shared = 1 << 6,
};

// A shared mapping without a name counts as one of a file that has been deleted.
bool is_anonymous(const linux::Mapping& mapping) {
  return !mapping.path.starts_with('/') || (mapping.shared && mapping.path.ends_with(" (deleted)"));
}

// The vdso is in no file where a debugger could look it up.
bool is_from_kernel(const linux::Mapping& mapping) { return mapping.path == "[vdso]"; }

bool starts_elf_file(const linux::Mapping& mapping, const Source& source) {
  std::byte magic[SELFMAG];
  if (mapping.offset != 0 || !mapping.readable) return false;
  const auto got = source.read(mapping.range.begin, magic);
  return got && *got == SELFMAG && std::memcmp(magic, ELFMAG, SELFMAG) == 0;
}

bool is_kept_whole(const linux::DetailedMapping& detailed, std::uint32_t filter) {
  const auto& mapping = detailed.mapping;
  if (detailed.huge) return (filter & (mapping.shared ? huge_shared : huge_private)) != 0;
  const bool anonymous = is_anonymous(mapping);
  if (mapping.shared) return (filter & (anonymous ? anonymous_shared : file_shared)) != 0;
  if ((anonymous || detailed.own_pages) && (filter & anonymous_private) != 0) return true;
  return !anonymous && (filter & file_private) != 0;
}

}  // namespace

std::uint64_t kept_bytes(const linux::DetailedMapping& detailed, std::uint32_t filter, const Source& source) {
  const auto& mapping = detailed.mapping;
  const auto whole = mapping.range.end - mapping.range.begin;
  if (is_from_kernel(mapping)) return whole;
  if (detailed.kept_out || detailed.device) return 0;
  if (is_kept_whole(detailed, filter)) return whole;
  if (detailed.huge || mapping.shared || is_anonymous(mapping)) return 0;
  return (filter & elf_headers) != 0 && starts_elf_file(mapping, source) ? page_bytes : 0;
}

std::vector<Region> regions_of(const std::vector<linux::DetailedMapping>& mappings, std::uint32_t filter,
                               const Source& source) {
  constexpr Address kernel_half{std::uint64_t{1} << 63};  // the vsyscall page
  std::vector<Region> regions;
  for (const auto& detailed : mappings) {
    const auto& mapping = detailed.mapping;
    if (mapping.range.begin >= kernel_half) continue;
    const auto permissions = (mapping.readable ? PF_R : 0u) | (mapping.writable ? PF_W : 0u) |
                             (mapping.executable ? PF_X : 0u);
    const bool zero_unless_touched = !mapping.shared && !detailed.huge && !mapping.path.starts_with('/') &&
                                     !is_from_kernel(mapping);
    regions.push_back({mapping.range, permissions, zero_unless_touched, kept_bytes(detailed, filter, source), mapping.shared});
  }
  return regions;
}

}  // namespace target::core
