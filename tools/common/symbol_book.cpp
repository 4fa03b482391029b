#include "tools/common/symbol_book.hpp"

namespace tools {

using target::symbols::Symbols;

Symbols& SymbolBook::of(target::Pid pid) {
  auto& entry = entries_[pid];
  if (!entry.symbols) entry.symbols = std::make_unique<Symbols>(pid);
  return *entry.symbols;
}

Symbols& SymbolBook::at(target::Pid pid, target::Address address) {
  of(pid);
  auto& entry = entries_[pid];
  const bool known = !entry.symbols->describe(address).module.empty();
  // Code that is written as the program runs stays in no module, however often one looks.
  const target::Address page{address.value & ~std::uint64_t{0xfff}};
  if (!known && entry.strangers.insert(page).second) entry.symbols->refresh();
  return *entry.symbols;
}

}  // namespace tools
