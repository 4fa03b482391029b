#include "target/link_maps.hpp"

#include <elf.h>

#include <cstring>
#include <map>
#include <string_view>

#include "target/linux/proc_fs.hpp"

namespace target {
namespace {

// <link.h>, 64 bit.
struct RDebug {
  std::int32_t version;
  std::uint64_t map, brk;
  std::uint64_t state;
  std::uint64_t ldbase;
  std::uint64_t next;  // r_version 2
};
struct LinkMap {
  std::uint64_t addr, name, ld, next, prev;
};

constexpr std::size_t most_entries = 100'000;  // a bound for lists that the program has corrupted

template <class T>
std::optional<T> read_object(AddressSpace& space, Address at) {
  T object{};
  const auto got = space.read(at, std::as_writable_bytes(std::span(&object, 1)));
  if (!got || *got != sizeof object) return std::nullopt;
  return object;
}

std::string read_string(AddressSpace& space, Address at) {
  std::string text;
  char piece[256];
  while (text.size() < 4096) {
    // Short pieces that end with their page: the string may be the last thing that is mapped.
    const std::size_t size = sizeof piece - at.value % sizeof piece;
    const auto got = space.read(at, std::as_writable_bytes(std::span(piece, size)));
    if (!got) break;
    const auto* end = static_cast<const char*>(std::memchr(piece, 0, *got));
    text.append(piece, end != nullptr ? static_cast<std::size_t>(end - piece) : *got);
    if (end != nullptr || *got < size) break;
    at = at + size;
  }
  return text;
}

std::map<std::uint64_t, std::uint64_t> auxiliary_vector(Pid pid) {
  std::map<std::uint64_t, std::uint64_t> values;
  const auto bytes = linux::read_auxv(pid);
  if (!bytes) return values;
  for (std::size_t at = 0; at + sizeof(Elf64_auxv_t) <= bytes->size(); at += sizeof(Elf64_auxv_t)) {
    Elf64_auxv_t entry;
    std::memcpy(&entry, bytes->data() + at, sizeof entry);
    values[entry.a_type] = entry.a_un.a_val;
  }
  return values;
}

std::optional<Address> dynamic_section(AddressSpace& space, Pid pid) {
  auto auxv = auxiliary_vector(pid);
  const Address headers{auxv[AT_PHDR]};
  std::uint64_t bias = 0;
  std::optional<std::uint64_t> dynamic;
  for (std::uint64_t i = 0; i < auxv[AT_PHNUM]; ++i) {
    const auto header = read_object<Elf64_Phdr>(space, headers + i * sizeof(Elf64_Phdr));
    if (!header) return std::nullopt;
    if (header->p_type == PT_PHDR) bias = headers.value - header->p_vaddr;
    if (header->p_type == PT_DYNAMIC) dynamic = header->p_vaddr;
  }
  if (!dynamic) return std::nullopt;
  return Address{*dynamic + bias};
}

Address find_r_debug(Process& process) {
  auto& space = process.space();
  auto at = dynamic_section(space, Pid{process.witness().value});
  while (at) {
    const auto entry = read_object<Elf64_Dyn>(space, *at);
    if (!entry || entry->d_tag == DT_NULL) break;
    if (entry->d_tag == DT_DEBUG) return Address{entry->d_un.d_ptr};
    at = *at + sizeof(Elf64_Dyn);
  }
  return {};
}

void walk(AddressSpace& space, LinkMapStart from, LinkMaps& maps) {
  while (from.start.value != 0 && maps.libraries.size() < most_entries) {
    const auto entry = read_object<LinkMap>(space, from.start);
    if (!entry || entry->prev != from.previous.value) return;
    if (from.previous.value == 0 && maps.main.value == 0) {
      maps.main = from.start;
    } else if (auto name = read_string(space, Address{entry->name}); !name.empty()) {
      maps.libraries.push_back({from.start, Address{entry->addr}, Address{entry->ld}, std::move(name),
                                from.name_space});
    }
    from.previous = from.start;
    from.start = Address{entry->next};
  }
}

}  // namespace

Result<LinkMaps> read_link_maps(Process& process, const std::optional<LinkMapStart>& start) {
  LinkMaps maps;
  auto& space = process.space();
  if (start && start->start.value != 0) {
    // Whoever gives a start knows the program's own entry already, unless it begins there.
    walk(space, *start, maps);
    return maps;
  }
  Address debug = find_r_debug(process);
  for (std::size_t spaces = 0; debug.value != 0 && spaces < 64; ++spaces) {
    const auto lists = read_object<RDebug>(space, debug);
    if (!lists) break;
    walk(space, {Address{lists->map}, {}, debug}, maps);
    debug = Address{lists->version >= 2 ? lists->next : 0};
  }
  return maps;
}

}  // namespace target
