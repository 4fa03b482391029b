// What a module's own file says of its code: where functions end, and their bytes.

#include <elfutils/libdwfl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "target/symbols/implementation.hpp"

namespace target::symbols {

namespace {

std::size_t copy(Elf* file, std::uint64_t offset, std::span<std::byte> into) {
  auto* data = elf_getdata_rawchunk(file, static_cast<int64_t>(offset), into.size(), ELF_T_BYTE);
  if (data == nullptr || data->d_buf == nullptr) return 0;
  std::memcpy(into.data(), data->d_buf, into.size());
  return into.size();
}

std::size_t read_segment(Elf* file, std::uint64_t at, std::span<std::byte> into) {
  std::size_t count = 0;
  if (elf_getphdrnum(file, &count) != 0) return 0;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr header{};
    if (gelf_getphdr(file, static_cast<int>(i), &header) == nullptr || header.p_type != PT_LOAD) continue;
    if (at < header.p_vaddr || at - header.p_vaddr >= header.p_filesz) continue;
    const auto skip = at - header.p_vaddr;
    return copy(file, header.p_offset + skip, into.first(std::min<std::uint64_t>(into.size(), header.p_filesz - skip)));
  }
  return 0;
}

// Of an object file, which has no segments.
std::size_t read_section(Dwfl_Module* module, Address at, std::span<std::byte> into) {
  Dwarf_Addr inside = at.value, bias = 0;
  Elf_Scn* section = dwfl_module_address_section(module, &inside, &bias);
  const auto* data = section != nullptr ? elf_getdata(section, nullptr) : nullptr;
  if (data == nullptr || data->d_buf == nullptr || inside >= data->d_size) return 0;
  const auto count = std::min<std::size_t>(into.size(), data->d_size - inside);
  std::memcpy(into.data(), static_cast<const std::byte*>(data->d_buf) + inside, count);
  return count;
}

}  // namespace

std::uint64_t rest_of_section(Dwfl_Module* module, Address at) {
  Dwarf_Addr inside = at.value, bias = 0;
  Elf_Scn* section = dwfl_module_address_section(module, &inside, &bias);
  GElf_Shdr header{};
  const bool known = section != nullptr && gelf_getshdr(section, &header) != nullptr && inside < header.sh_size;
  return known ? header.sh_size - inside : 0;
}

std::optional<AddressRange> Symbols::symbol_range(Address at) {
  auto* module = implementation_->module_at(at);
  if (module == nullptr) return std::nullopt;
  const auto& index = implementation_->index(module);
  const auto* symbol = index.at(at);
  if (symbol == nullptr) return std::nullopt;
  AddressRange range{symbol->at, symbol->bytes > 0 ? symbol->at + symbol->bytes : index.range().end};
  // A label of an assembler program: what follows is the next one's.
  const auto next = std::upper_bound(index.entries().begin(), index.entries().end(), symbol->at,
                                     [](Address address, const ModuleIndex::Entry& entry) { return address < entry.at; });
  if (!symbol->sized && next != index.entries().end()) range.end = std::min(range.end, next->at);
  return range;
}

std::size_t Symbols::read_file(Address from, std::span<std::byte> into) {
  auto* module = implementation_->module_at(from);
  Dwarf_Addr bias = 0;
  Elf* file = module != nullptr ? dwfl_module_getelf(module, &bias) : nullptr;
  if (file == nullptr) return 0;
  const auto got = read_segment(file, from.value - bias, into);
  return got > 0 ? got : read_section(module, from, into);
}

bool Symbols::is_64_bit() const {
  for (auto* module : implementation_->modules()) {
    Dwarf_Addr bias = 0;
    if (Elf* file = dwfl_module_getelf(module, &bias)) return gelf_getclass(file) == ELFCLASS64;
  }
  return true;
}

}  // namespace target::symbols
