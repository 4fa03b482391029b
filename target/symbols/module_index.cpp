#include <algorithm>
#include <string_view>

#include "target/symbols/implementation.hpp"

namespace target::symbols {

namespace {

bool is_place(const GElf_Sym& symbol, const char* name) {
  const auto type = GELF_ST_TYPE(symbol.st_info);
  const bool kind = type == STT_FUNC || type == STT_OBJECT || type == STT_NOTYPE || type == STT_GNU_IFUNC;
  return kind && symbol.st_shndx != SHN_UNDEF && symbol.st_shndx != SHN_ABS && name != nullptr && *name != '\0';
}

// Of several names for one address the one that a person knows comes first.
bool comes_first(const ModuleIndex::Entry& a, const ModuleIndex::Entry& b) {
  if (a.at != b.at) return a.at < b.at;
  if ((a.bytes != 0) != (b.bytes != 0)) return a.bytes != 0;
  if (a.global != b.global) return a.global;
  const auto underscores = [](const char* name) { return std::string_view(name).find_first_not_of('_'); };
  return underscores(a.name) < underscores(b.name);
}

}  // namespace

ModuleIndex::ModuleIndex(Dwfl_Module* module) {
  Dwarf_Addr begin = 0, end = 0;
  const char* main_file = nullptr;
  const char* name = dwfl_module_info(module, nullptr, &begin, &end, nullptr, nullptr, &main_file, nullptr);
  path_ = main_file != nullptr ? main_file : name;
  range_ = {{begin}, {end}};
  const int count = dwfl_module_getsymtab(module);
  for (int i = 0; i < count; ++i) {
    GElf_Sym symbol{};
    GElf_Addr at = 0;
    GElf_Word section = 0;
    const char* symbol_name = dwfl_module_getsym_info(module, i, &symbol, &at, &section, nullptr, nullptr);
    if (!is_place(symbol, symbol_name)) continue;
    const auto type = GELF_ST_TYPE(symbol.st_info);
    const bool sized = symbol.st_size != 0;
    entries_.push_back({{at}, sized ? symbol.st_size : rest_of_section(module, {at}), symbol_name,
                        GELF_ST_BIND(symbol.st_info) != STB_LOCAL, type == STT_FUNC || type == STT_GNU_IFUNC, sized});
  }
  std::sort(entries_.begin(), entries_.end(), comes_first);
  const auto same = [](const Entry& a, const Entry& b) { return a.at == b.at && std::string_view(a.name) == b.name; };
  entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
}

const ModuleIndex::Entry* ModuleIndex::at(Address address) const {
  auto behind = std::upper_bound(entries_.begin(), entries_.end(), address,
                                 [](Address at, const Entry& entry) { return at < entry.at; });
  if (behind == entries_.begin()) return nullptr;
  const auto before = std::prev(behind);
  const auto first = std::lower_bound(entries_.begin(), entries_.end(), before->at,
                                      [](const Entry& entry, Address at) { return entry.at < at; });
  const bool inside = first->bytes == 0 || address - first->at < first->bytes;
  return inside ? &*first : nullptr;
}

}  // namespace target::symbols
