#include "target/thread_locals/elf_image.hpp"

#include <algorithm>
#include <cstring>

#include "target/types/elf_class.hpp"

namespace target::thread_locals {
namespace {

// Bounds for tables that the program has corrupted.
constexpr std::size_t most_headers = 1000;
constexpr std::size_t most_entries = 1000;
constexpr std::size_t longest_chain = 10'000;

template <class Elf>
std::optional<TlsSegment> find_segment(const Words& words, Address headers, std::size_t count,
                                       std::uint64_t bias) {
  using Header = typename Elf::ProgramHeader;
  for (std::size_t i = 0; i < std::min(count, most_headers); ++i) {
    const auto header = words.object<Header>(headers + i * sizeof(Header));
    if (!header) return std::nullopt;
    if (header->p_type != PT_TLS) continue;
    return TlsSegment{Address{header->p_vaddr + bias}, header->p_filesz, header->p_memsz,
                      std::max<std::uint64_t>(header->p_align, 1)};
  }
  return std::nullopt;
}

template <class Elf>
std::optional<TlsSegment> find_segment(const Words& words, Address load_bias) {
  const auto header = words.object<typename Elf::Header>(load_bias);
  if (!header) return std::nullopt;
  return find_segment<Elf>(words, load_bias + header->e_phoff, header->e_phnum, load_bias.value);
}

struct DynamicEntry {
  std::uint64_t tag, value;
};
template <class Elf>
std::optional<DynamicEntry> dynamic_entry(const Words& words, Address section, std::size_t index) {
  const auto entry =
      words.object<typename Elf::Dynamic>(section + index * sizeof(typename Elf::Dynamic));
  if (!entry) return std::nullopt;
  return DynamicEntry{static_cast<std::uint64_t>(entry->d_tag), entry->d_un.d_ptr};
}

std::uint32_t gnu_hash(std::string_view name) {
  std::uint32_t hash = 5381;
  for (const char c : name) hash = hash * 33 + static_cast<unsigned char>(c);
  return hash;
}

struct HashHeader {
  std::uint32_t buckets, first_symbol, bloom_words, bloom_shift;
};

/// A symbol's value, and where its name is.
struct Symbol {
  bool defined = false;
  std::uint64_t value = 0, name = 0;
};
template <class Elf>
std::optional<Symbol> symbol_at(const Words& words, Address table, std::uint64_t index) {
  const auto symbol =
      words.object<typename Elf::Symbol>(table + index * sizeof(typename Elf::Symbol));
  if (!symbol) return std::nullopt;
  return Symbol{symbol->st_shndx != SHN_UNDEF, symbol->st_value, symbol->st_name};
}

}  // namespace

std::optional<TlsSegment> tls_segment(const Words& words, Address headers, std::size_t count,
                                      std::uint64_t bias) {
  return words.wide() ? find_segment<Elf64>(words, headers, count, bias)
                      : find_segment<Elf32>(words, headers, count, bias);
}

std::optional<TlsSegment> tls_segment(const Words& words, Address load_bias) {
  if (!is_elf_header(words, load_bias)) return std::nullopt;
  return words.wide() ? find_segment<Elf64>(words, load_bias)
                      : find_segment<Elf32>(words, load_bias);
}

bool is_elf_header(const Words& words, Address at) {
  std::byte magic[SELFMAG];
  return words.read(at, magic) && std::memcmp(magic, ELFMAG, SELFMAG) == 0;
}

DynamicSymbols::DynamicSymbols(const Words& words, Address load_bias, Address dynamic)
    : words_(words), load_bias_(load_bias) {
  for (std::size_t i = 0; i < most_entries; ++i) {
    const auto entry = words.wide() ? dynamic_entry<Elf64>(words, dynamic, i)
                                    : dynamic_entry<Elf32>(words, dynamic, i);
    if (!entry || entry->tag == DT_NULL) break;
    // glibc has relocated these addresses in place, musl has not.
    const Address located{entry->value < load_bias.value ? entry->value + load_bias.value
                                                         : entry->value};
    if (entry->tag == DT_SYMTAB) symbols_ = located;
    if (entry->tag == DT_STRTAB) strings_ = located;
    if (entry->tag == DT_GNU_HASH) hashes_ = located;
  }
}

std::optional<Address> DynamicSymbols::find(std::string_view name) const {
  if (symbols_.value == 0 || strings_.value == 0 || hashes_.value == 0) return std::nullopt;
  const auto header = words_.object<HashHeader>(hashes_);
  if (!header || header->buckets == 0) return std::nullopt;
  const auto hash = gnu_hash(name);
  const auto buckets = hashes_ + sizeof(HashHeader) + header->bloom_words * words_.word_bytes();
  const auto chains = buckets + header->buckets * sizeof(std::uint32_t);
  const auto first =
      words_.object<std::uint32_t>(buckets + hash % header->buckets * sizeof(std::uint32_t));
  if (!first || *first < header->first_symbol) return std::nullopt;
  for (std::uint64_t index = *first, steps = 0; steps < longest_chain; ++index, ++steps) {
    const auto link = words_.object<std::uint32_t>(chains + (index - header->first_symbol) *
                                                                sizeof(std::uint32_t));
    if (!link) return std::nullopt;
    if ((*link | 1) == (hash | 1)) {
      const auto symbol = words_.wide() ? symbol_at<Elf64>(words_, symbols_, index)
                                        : symbol_at<Elf32>(words_, symbols_, index);
      if (symbol && symbol->defined && words_.string_is(strings_ + symbol->name, name))
        return load_bias_ + symbol->value;
    }
    if ((*link & 1) != 0) return std::nullopt;  // the end of the chain
  }
  return std::nullopt;
}

}  // namespace target::thread_locals
