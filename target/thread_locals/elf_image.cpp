#include "target/thread_locals/elf_image.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>

namespace target::thread_locals {
namespace {

struct Elf64 {
  using Header = Elf64_Ehdr;
  using ProgramHeader = Elf64_Phdr;
  using Dynamic = Elf64_Dyn;
  using Symbol = Elf64_Sym;
};
struct Elf32 {
  using Header = Elf32_Ehdr;
  using ProgramHeader = Elf32_Phdr;
  using Dynamic = Elf32_Dyn;
  using Symbol = Elf32_Sym;
};

// Bounds for tables that the program has corrupted.
constexpr std::size_t most_headers = 1000;
constexpr std::size_t most_entries = 1000;
constexpr std::size_t longest_chain = 10'000;

template <class Elf>
std::optional<TlsSegment> find_segment(const Words& words, Address headers, std::size_t count, std::uint64_t bias) {
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

struct SymbolTables {
  Address symbols, strings, hashes;
};

template <class Elf>
std::optional<SymbolTables> symbol_tables(const Words& words, Address load_bias, Address dynamic) {
  SymbolTables tables;
  // glibc has relocated these addresses in place, musl has not.
  const auto located = [&](std::uint64_t value) {
    return Address{value < load_bias.value ? value + load_bias.value : value};
  };
  for (std::size_t i = 0; i < most_entries; ++i) {
    const auto entry = words.object<typename Elf::Dynamic>(dynamic + i * sizeof(typename Elf::Dynamic));
    if (!entry || entry->d_tag == DT_NULL) break;
    if (entry->d_tag == DT_SYMTAB) tables.symbols = located(entry->d_un.d_ptr);
    if (entry->d_tag == DT_STRTAB) tables.strings = located(entry->d_un.d_ptr);
    if (entry->d_tag == DT_GNU_HASH) tables.hashes = located(entry->d_un.d_ptr);
  }
  if (tables.symbols.value == 0 || tables.strings.value == 0 || tables.hashes.value == 0) return std::nullopt;
  return tables;
}

std::uint32_t gnu_hash(std::string_view name) {
  std::uint32_t hash = 5381;
  for (const char c : name) hash = hash * 33 + static_cast<unsigned char>(c);
  return hash;
}

struct HashHeader {
  std::uint32_t buckets, first_symbol, bloom_words, bloom_shift;
};

template <class Elf>
std::optional<Address> find_symbol(const Words& words, Address load_bias, Address dynamic, std::string_view name) {
  using Symbol = typename Elf::Symbol;
  const auto tables = symbol_tables<Elf>(words, load_bias, dynamic);
  if (!tables) return std::nullopt;
  const auto header = words.object<HashHeader>(tables->hashes);
  if (!header || header->buckets == 0) return std::nullopt;
  const auto hash = gnu_hash(name);
  const auto buckets = tables->hashes + sizeof(HashHeader) + header->bloom_words * words.word_bytes();
  const auto chains = buckets + header->buckets * sizeof(std::uint32_t);
  const auto first = words.object<std::uint32_t>(buckets + hash % header->buckets * sizeof(std::uint32_t));
  if (!first || *first < header->first_symbol) return std::nullopt;
  for (std::uint64_t index = *first, steps = 0; steps < longest_chain; ++index, ++steps) {
    const auto link = words.object<std::uint32_t>(chains + (index - header->first_symbol) * sizeof(std::uint32_t));
    if (!link) return std::nullopt;
    if ((*link | 1) == (hash | 1)) {
      const auto symbol = words.object<Symbol>(tables->symbols + index * sizeof(Symbol));
      if (symbol && symbol->st_shndx != SHN_UNDEF && words.string_is(tables->strings + symbol->st_name, name))
        return load_bias + symbol->st_value;
    }
    if ((*link & 1) != 0) return std::nullopt;  // the end of the chain
  }
  return std::nullopt;
}

}  // namespace

std::optional<TlsSegment> tls_segment(const Words& words, Address headers, std::size_t count, std::uint64_t bias) {
  return words.wide() ? find_segment<Elf64>(words, headers, count, bias)
                      : find_segment<Elf32>(words, headers, count, bias);
}

std::optional<TlsSegment> tls_segment(const Words& words, Address load_bias) {
  if (!is_elf_header(words, load_bias)) return std::nullopt;
  return words.wide() ? find_segment<Elf64>(words, load_bias) : find_segment<Elf32>(words, load_bias);
}

bool is_elf_header(const Words& words, Address at) {
  std::byte magic[SELFMAG];
  return words.read(at, magic) && std::memcmp(magic, ELFMAG, SELFMAG) == 0;
}

std::optional<Address> dynamic_symbol(const Words& words, Address load_bias, Address dynamic, std::string_view name) {
  return words.wide() ? find_symbol<Elf64>(words, load_bias, dynamic, name)
                      : find_symbol<Elf32>(words, load_bias, dynamic, name);
}

}  // namespace target::thread_locals
