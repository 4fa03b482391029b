#include "symbols.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace bench {

namespace {

template <class T>
std::vector<T> table(const std::string& file, std::uint64_t offset, std::uint64_t count) {
  if (offset > file.size() || count > (file.size() - offset) / sizeof(T))
    throw std::runtime_error("the inferior's ELF file is cut short");
  std::vector<T> entries(count);
  std::memcpy(entries.data(), file.data() + offset, count * sizeof(T));
  return entries;
}

}  // namespace

Symbols::Symbols(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error(fmt::format("cannot open {}: is the benchmark completely built?", path));
  const std::string file{std::istreambuf_iterator<char>(stream), {}};

  const auto header = table<Elf64_Ehdr>(file, 0, 1).front();
  const auto sections = table<Elf64_Shdr>(file, header.e_shoff, header.e_shnum);
  for (const auto& section : sections) {
    if (section.sh_type != SHT_SYMTAB) continue;
    const auto& strings = sections.at(section.sh_link);
    const auto names = table<char>(file, strings.sh_offset, strings.sh_size);
    for (const auto& symbol : table<Elf64_Sym>(file, section.sh_offset, section.sh_size / sizeof(Elf64_Sym)))
      if (symbol.st_shndx != SHN_UNDEF) values_.emplace(&names.at(symbol.st_name), symbol.st_value);
  }
}

std::uint64_t Symbols::at(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::runtime_error(fmt::format("no symbol {} in the inferior", name));
  return found->second;
}

}  // namespace bench
