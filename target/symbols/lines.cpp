// Where a line of source code begins.

#include <dwarf.h>
#include <elfutils/libdwfl.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <map>

#include "target/symbols/implementation.hpp"

namespace target::symbols {

namespace {

// Of the innermost function, inlined or not, that has the address; 0 if there is none.
Dwarf_Off innermost_function(Dwfl_Module* module, Dwarf_Addr at) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = dwfl_module_addrdie(module, at, &bias);
  Dwarf_Die* scopes = nullptr;
  const int count = unit != nullptr ? dwarf_getscopes(unit, at - bias, &scopes) : 0;
  Dwarf_Off found = 0;
  for (int i = 0; i < count && found == 0; ++i) {
    const int tag = dwarf_tag(&scopes[i]);
    if (tag == DW_TAG_inlined_subroutine || tag == DW_TAG_subprogram) found = dwarf_dieoffset(&scopes[i]);
  }
  if (count > 0) std::free(scopes);
  return found;
}

// Rows of the table may also stand for where code ends, and for the middle of a statement.
bool begins_statement(Dwfl_Line* line) {
  Dwarf_Addr bias = 0;
  Dwarf_Line* row = dwfl_dwarf_line(line, &bias);
  bool ends = false, begins = true;
  if (row == nullptr || dwarf_lineendsequence(row, &ends) != 0 || dwarf_linebeginstatement(row, &begins) != 0) return false;
  return begins && !ends;
}

// A statement that the compiler has torn apart begins where its first piece is, once in each function.
void add_lines(Dwfl_Module* module, const Location& location, std::vector<Address>& found) {
  Dwfl_Line** lines = nullptr;
  std::size_t count = 0;
  if (dwfl_module_getsrc_file(module, location.file.c_str(), location.line, 0, &lines, &count) != 0) return;
  std::map<Dwarf_Off, Dwarf_Addr> first;
  for (std::size_t i = 0; i < count; ++i) {
    Dwarf_Addr at = 0;
    int line = 0;
    const bool known = dwfl_lineinfo(lines[i], &at, &line, nullptr, nullptr, nullptr) != nullptr;
    if (!known || line != location.line || !begins_statement(lines[i])) continue;
    const auto [entry, is_new] = first.try_emplace(innermost_function(module, at), at);
    if (!is_new) entry->second = std::min(entry->second, at);
  }
  std::free(lines);
  for (const auto& [function, at] : first) found.push_back({at});
}

Dwarf_Addr address_of(Dwarf_Lines* lines, std::size_t index) {
  Dwarf_Addr at = 0;
  (void)dwarf_lineaddr(dwarf_onesrcline(lines, index), &at);
  return at;
}

// Of sorted rows the last one at or before an address; `count` if there is none.
std::size_t last_row(Dwarf_Lines* lines, std::size_t count, Dwarf_Addr at) {
  std::size_t low = 0, high = count;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    if (address_of(lines, middle) <= at)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 ? low - 1 : count;
}

bool is_statement(Dwarf_Line* row) {
  bool begins = false;
  return dwarf_linebeginstatement(row, &begins) == 0 && begins;
}

}  // namespace

// Several rows may have one address, of lines without an instruction: the last is the one that counts, of those that begin
// a statement if there are any.
Line line_at(Dwfl_Module* module, Address at) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = dwfl_module_addrdie(module, at.value, &bias);
  Dwarf_Lines* lines = nullptr;
  std::size_t count = 0;
  if (unit == nullptr || dwarf_getsrclines(unit, &lines, &count) != 0) return {};
  auto row = last_row(lines, count, at.value - bias);
  bool ends = false;
  if (row == count || dwarf_lineendsequence(dwarf_onesrcline(lines, row), &ends) != 0 || ends) return {};
  const auto place = address_of(lines, row);
  for (auto earlier = row; !is_statement(dwarf_onesrcline(lines, row)) && earlier > 0 && address_of(lines, earlier - 1) == place;)
    if (is_statement(dwarf_onesrcline(lines, --earlier))) row = earlier;
  Dwarf_Line* found = dwarf_onesrcline(lines, row);
  int number = 0;
  const char* file = dwarf_linesrc(found, nullptr, nullptr);
  return file != nullptr && dwarf_lineno(found, &number) == 0 ? Line{file, number} : Line{};
}

Result<std::vector<Address>> find_line(Symbols::Implementation& all, const Location& location) {
  std::vector<Address> found;
  bool any_lines = false;
  for (auto* module : all.modules()) {
    Dwarf_Addr bias = 0;
    if (dwfl_module_getdwarf(module, &bias) == nullptr) continue;
    any_lines = true;
    add_lines(module, location, found);
  }
  if (!found.empty()) {
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }
  if (!any_lines) return failure(ENOENT, "no line \"" + location.text + "\": nothing here has line information (compile with -g)");
  return failure(ENOENT, "no line \"" + location.text + "\": no such source file, or no code there");
}

}  // namespace target::symbols
