#include "target/link_maps.hpp"

#include <elf.h>

#include <cstring>
#include <map>
#include <string_view>

#include "target/linux/proc_fs.hpp"

namespace target {
namespace {

// <link.h>; Word is the program's size of an address.
template <class Word>
struct RDebug {
  std::int32_t version;
  Word map, brk;
  Word state;  // an int, padded
  Word ldbase;
  Word next;  // r_version 2
};
template <class Word>
struct LinkMap {
  Word addr, name, ld, next, prev;
};

// What the program and its dynamic linker lay out after the class of the ELF file.
struct Class32 {
  using Word = std::uint32_t;
  using Auxiliary = Elf32_auxv_t;
  using Header = Elf32_Phdr;
  using Dynamic = Elf32_Dyn;
};
struct Class64 {
  using Word = std::uint64_t;
  using Auxiliary = Elf64_auxv_t;
  using Header = Elf64_Phdr;
  using Dynamic = Elf64_Dyn;
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

template <class Class>
std::map<std::uint64_t, std::uint64_t> auxiliary_vector(Pid pid) {
  using Entry = typename Class::Auxiliary;
  std::map<std::uint64_t, std::uint64_t> values;
  const auto bytes = linux::read_auxv(pid);
  if (!bytes) return values;
  for (std::size_t at = 0; at + sizeof(Entry) <= bytes->size(); at += sizeof(Entry)) {
    Entry entry;
    std::memcpy(&entry, bytes->data() + at, sizeof entry);
    values[entry.a_type] = entry.a_un.a_val;
  }
  return values;
}

template <class Class>
std::optional<Address> dynamic_section(AddressSpace& space, Pid pid) {
  using Header = typename Class::Header;
  auto auxv = auxiliary_vector<Class>(pid);
  const Address headers{auxv[AT_PHDR]};
  std::uint64_t bias = 0;
  std::optional<std::uint64_t> dynamic;
  for (std::uint64_t i = 0; i < auxv[AT_PHNUM]; ++i) {
    const auto header = read_object<Header>(space, headers + i * sizeof(Header));
    if (!header) return std::nullopt;
    if (header->p_type == PT_PHDR) bias = headers.value - header->p_vaddr;
    if (header->p_type == PT_DYNAMIC) dynamic = header->p_vaddr;
  }
  if (!dynamic) return std::nullopt;
  return Address{*dynamic + bias};
}

template <class Class>
Address find_r_debug(Process& process) {
  using Dynamic = typename Class::Dynamic;
  auto& space = process.space();
  auto at = dynamic_section<Class>(space, Pid{process.witness().value});
  while (at) {
    const auto entry = read_object<Dynamic>(space, *at);
    if (!entry || entry->d_tag == DT_NULL) break;
    if (entry->d_tag == DT_DEBUG) return Address{entry->d_un.d_ptr};
    at = *at + sizeof(Dynamic);
  }
  return {};
}

template <class Class>
void walk(AddressSpace& space, LinkMapStart from, LinkMaps& maps) {
  while (from.start.value != 0 && maps.libraries.size() < most_entries) {
    const auto entry = read_object<LinkMap<typename Class::Word>>(space, from.start);
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

template <class Class>
LinkMaps read_lists(Process& process, const std::optional<LinkMapStart>& start) {
  LinkMaps maps;
  auto& space = process.space();
  if (start && start->start.value != 0) {
    // Whoever gives a start knows the program's own entry already, unless it begins there.
    walk<Class>(space, *start, maps);
    return maps;
  }
  Address debug = find_r_debug<Class>(process);
  for (std::size_t spaces = 0; debug.value != 0 && spaces < 64; ++spaces) {
    const auto lists = read_object<RDebug<typename Class::Word>>(space, debug);
    if (!lists) break;
    walk<Class>(space, {Address{lists->map}, {}, debug}, maps);
    debug = Address{lists->version >= 2 ? lists->next : 0};
  }
  return maps;
}

}  // namespace

Result<LinkMaps> read_link_maps(Process& process, const std::optional<LinkMapStart>& start) {
  return process.layout().word_bytes == 4 ? read_lists<Class32>(process, start)
                                          : read_lists<Class64>(process, start);
}

}  // namespace target
