#include "target/symbols/symbols.hpp"

#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdw.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "target/symbols/implementation.hpp"

namespace target::symbols {

namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string hex(std::uint64_t value) {
  char text[20];
  snprintf(text, sizeof text, "%#lx", static_cast<unsigned long>(value));
  return text;
}

// libc.so.6, libc.so and libc are names of /usr/lib/libc.so.6.
bool is_named(std::string_view path, std::string_view name) {
  const auto file = file_name(path);
  if (path == name || file == name) return true;
  const auto so = file.find(".so");
  return so != std::string_view::npos && (file.substr(0, so) == name || file.substr(0, so + 3) == name);
}

std::string_view without_parameters(std::string_view name) {
  const auto parameters = name.find('(');
  return parameters == 0 || parameters == std::string_view::npos ? name : name.substr(0, parameters);
}

bool is_called(const char* name, const std::string& wanted, std::string_view last_word) {
  if (wanted == name) return true;
  const std::string_view mangled = name;
  if (!mangled.starts_with("_Z")) return mangled.substr(0, mangled.find('@')) == wanted && mangled.find('@') != mangled.npos;
  if (mangled.find(last_word) == std::string_view::npos) return false;
  const auto readable = demangled(name);
  return readable == wanted || without_parameters(readable) == wanted;
}

// Of C++: what a mangled name must have in it.
std::string_view last_word_of(std::string_view name) {
  name = without_parameters(name);
  while (!name.empty() && std::isalnum(static_cast<unsigned char>(name.back())) == 0 && name.back() != '_') name.remove_suffix(1);
  auto begin = name.size();
  while (begin > 0 && (std::isalnum(static_cast<unsigned char>(name[begin - 1])) != 0 || name[begin - 1] == '_')) --begin;
  const auto word = name.substr(begin);
  return word == "operator" ? std::string_view() : word;
}

const char* message() {
  const char* text = dwfl_errmsg(-1);
  return text != nullptr ? text : "unknown";
}

}  // namespace

std::string demangled(std::string_view name) {
  if (!name.starts_with("_Z")) return std::string(name);
  int status = 0;
  char* text = abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status);
  std::string readable = status == 0 ? text : std::string(name);
  std::free(text);
  return readable;
}

namespace {

// An object file's sections have no addresses of their own.
bool is_object_file(const std::string& path) {
  unsigned char head[18]{};
  constexpr std::size_t type_at = 16;
  if (std::FILE* file = std::fopen(path.c_str(), "re")) {
    const auto got = std::fread(head, 1, sizeof head, file);
    std::fclose(file);
    return got == sizeof head && std::memcmp(head, ELFMAG, SELFMAG) == 0 && head[type_at] == ET_REL;
  }
  return false;
}

void report_file(Dwfl* dwfl, const std::string& path) {
  if (is_object_file(path))
    dwfl_report_offline(dwfl, path.c_str(), path.c_str(), -1);
  else
    dwfl_report_elf(dwfl, path.c_str(), path.c_str(), -1, 0, true);
}

}  // namespace

void Symbols::Implementation::open() {
  indexes.clear();
  attached = false;
  dwfl.reset(dwfl_begin(pid.value != 0 ? &process_files() : &single_file()));
  if (!dwfl) return;
  dwfl_report_begin(dwfl.get());
  if (pid.value != 0)
    dwfl_linux_proc_report(dwfl.get(), pid.value);
  else
    report_file(dwfl.get(), file);
  dwfl_report_end(dwfl.get(), nullptr, nullptr);
  for (auto* module : modules()) {
    void** userdata = nullptr;
    dwfl_module_info(module, &userdata, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
    *userdata = reinterpret_cast<void*>(static_cast<std::intptr_t>(pid.value));
  }
}

std::vector<Dwfl_Module*> Symbols::Implementation::modules() const {
  std::vector<Dwfl_Module*> found;
  const auto add = [](Dwfl_Module* module, void**, const char*, Dwarf_Addr, void* into) -> int {
    static_cast<std::vector<Dwfl_Module*>*>(into)->push_back(module);
    return DWARF_CB_OK;
  };
  if (dwfl) dwfl_getmodules(dwfl.get(), add, &found, 0);
  return found;
}

// libdwfl gives the last module to whatever lies behind it.
Dwfl_Module* Symbols::Implementation::module_at(Address at) const {
  auto* module = dwfl_addrmodule(dwfl.get(), at.value);
  Dwarf_Addr begin = 0, end = 0;
  if (module != nullptr) dwfl_module_info(module, nullptr, &begin, &end, nullptr, nullptr, nullptr, nullptr);
  return begin <= at.value && at.value < end ? module : nullptr;
}

const ModuleIndex& Symbols::Implementation::index(Dwfl_Module* module) {
  auto& index = indexes[module];
  if (!index) index = std::make_unique<ModuleIndex>(module);
  return *index;
}

Symbols::Symbols(Pid pid) : Symbols(std::make_unique<Implementation>(Implementation{pid, {}})) {}

Symbols::Symbols(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {
  implementation_->open();
}

Symbols::~Symbols() = default;

Result<std::unique_ptr<Symbols>> Symbols::of_file(const std::string& path) {
  std::unique_ptr<Symbols> symbols(new Symbols(std::make_unique<Implementation>(Implementation{{}, path})));
  if (symbols->implementation_->modules().empty())
    return failure(ENOEXEC, "Cannot read " + path + " as a program: " + message());
  return symbols;
}

void Symbols::refresh() { implementation_->open(); }

namespace {

std::vector<Address> find_symbol(Symbols::Implementation& all, const Location& location) {
  std::vector<Address> code, data;
  const auto word = last_word_of(location.symbol);
  for (auto* module : all.modules()) {
    const auto& index = all.index(module);
    if (!location.module.empty() && !is_named(index.path(), location.module)) continue;
    for (const auto& entry : index.entries())
      if (is_called(entry.name, location.symbol, word)) (entry.code ? code : data).push_back(entry.at + location.offset);
  }
  // A function is what is meant, even where a variable elsewhere has its name.
  auto& found = code.empty() ? data : code;
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<Address> find_module_offset(Symbols::Implementation& all, const Location& location) {
  std::vector<Address> found;
  for (auto* module : all.modules()) {
    const auto& index = all.index(module);
    if (is_named(index.path(), location.symbol)) found.push_back(index.range().begin + location.offset);
  }
  return found;
}

std::string why_not_found(Symbols::Implementation& all, const Location& location) {
  std::string bare;
  bool named = location.module.empty();
  for (auto* module : all.modules()) {
    const auto& index = all.index(module);
    named |= !location.module.empty() && is_named(index.path(), location.module);
    if (index.entries().empty() && !index.path().starts_with('[')) bare += " " + std::string(file_name(index.path()));
  }
  if (!named) return "no module " + location.module + " is mapped";
  return "no symbol or module of that name" + (bare.empty() ? "" : "; there are no symbols at all in" + bare);
}

}  // namespace

Result<std::vector<Address>> Symbols::find_all(const Location& location) {
  if (location.address) return std::vector{*location.address};
  if (location.line != 0) return find_line(*implementation_, location);
  auto found = find_symbol(*implementation_, location);
  if (found.empty() && location.has_offset && location.module.empty()) found = find_module_offset(*implementation_, location);
  if (found.empty()) return failure(ENOENT, "no \"" + location.text + "\": " + why_not_found(*implementation_, location));
  return found;
}

Result<Address> Symbols::find(const Location& location) {
  auto found = find_all(location);
  if (!found) return tl::unexpected(found.error());
  if (found->size() == 1) return found->front();
  std::string all;
  for (const auto at : *found) all += (all.empty() ? "" : ", ") + text(at) + " (" + hex(at.value) + ")";
  return failure(EINVAL, "\"" + location.text + "\" is in " + std::to_string(found->size()) + " places: " + all +
                             "; name one of them by its address or module");
}

Place Symbols::describe(Address at) {
  auto* module = implementation_->module_at(at);
  if (module == nullptr) return {};
  const auto& index = implementation_->index(module);
  Place place{index.path(), at - index.range().begin, {}, 0};
  if (const auto* symbol = index.at(at)) {
    place.symbol = symbol->name;
    place.from_symbol = at - symbol->at;
  }
  return place;
}

Line Symbols::line(Address at) {
  auto* module = implementation_->module_at(at);
  return module != nullptr ? line_at(module, at) : Line{};
}

namespace {

// The line that an inlined function was called from, in the function around it.
Line call_of(Dwarf_Die* inlined, Dwarf_Die* unit) {
  Dwarf_Attribute attribute;
  Dwarf_Word line = 0, file = 0;
  Dwarf_Files* files = nullptr;
  if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) != 0 ||
      dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) != 0 ||
      dwarf_getsrcfiles(unit, &files, nullptr) != 0)
    return {};
  const char* name = dwarf_filesrc(files, file, nullptr, nullptr);
  return name != nullptr ? Line{name, static_cast<int>(line)} : Line{};
}

// Where its name was declared.
Dwarf_Die declaration_of(Dwarf_Die* function) {
  Dwarf_Die declaration = *function;
  for (const unsigned int kind : {DW_AT_abstract_origin, DW_AT_specification}) {
    Dwarf_Attribute attribute;
    Dwarf_Die other;
    if (dwarf_formref_die(dwarf_attr(&declaration, kind, &attribute), &other) != nullptr) declaration = other;
  }
  return declaration;
}

// The namespaces, classes and functions around it, each with "::" behind.
std::string qualifier_of(Dwarf_Die* function) {
  auto declaration = declaration_of(function);
  Dwarf_Die* scopes = nullptr;
  const int count = dwarf_getscopes_die(&declaration, &scopes);
  std::string qualifier;
  for (int i = 1; i < count; ++i) {
    const int tag = dwarf_tag(&scopes[i]);
    const bool names = tag == DW_TAG_namespace || tag == DW_TAG_class_type || tag == DW_TAG_structure_type ||
                       tag == DW_TAG_union_type || tag == DW_TAG_subprogram;
    const char* name = names ? dwarf_diename(&scopes[i]) : nullptr;
    if (name != nullptr) qualifier = std::string(name) + "::" + qualifier;
  }
  std::free(scopes);
  return qualifier;
}

std::string name_of(Dwarf_Die* function) {
  Dwarf_Attribute attribute;
  for (const unsigned int kind : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name})
    if (const char* name = dwarf_formstring(dwarf_attr_integrate(function, kind, &attribute))) return demangled(name);
  const char* name = dwarf_diename(function);
  return name != nullptr ? qualifier_of(function) + name : "";
}

}  // namespace

std::vector<Function> Symbols::functions(Address at) {
  std::vector<Function> found;
  auto* module = implementation_->module_at(at);
  Line here = line(at);
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = module != nullptr ? dwfl_module_addrdie(module, at.value, &bias) : nullptr;
  // dwarf_getscopes() goes on with where an inlined function was written; what it was inlined into is around its entry.
  Dwarf_Die *innermost = nullptr, *scopes = nullptr;
  const int inside = unit != nullptr ? dwarf_getscopes(unit, at.value - bias, &innermost) : 0;
  const int count = inside > 0 ? dwarf_getscopes_die(&innermost[0], &scopes) : 0;
  for (int i = 0; i < count; ++i) {
    const int tag = dwarf_tag(&scopes[i]);
    if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
    found.push_back({name_of(&scopes[i]), here});
    if (tag == DW_TAG_subprogram) break;
    here = call_of(&scopes[i], unit);
  }
  std::free(innermost);
  std::free(scopes);
  if (found.empty())
    if (const auto place = describe(at); !place.symbol.empty()) found.push_back({demangled(place.symbol), here});
  return found;
}

std::string Symbols::text(Address at) {
  const auto place = describe(at);
  if (place.module.empty()) return hex(at.value);
  const auto module = std::string(file_name(place.module));
  if (place.symbol.empty()) return module + "+" + hex(place.offset);
  const auto symbol = module + "!" + demangled(place.symbol);
  return place.from_symbol == 0 ? symbol : symbol + "+" + hex(place.from_symbol);
}

}  // namespace target::symbols
