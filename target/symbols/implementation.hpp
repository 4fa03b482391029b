#pragma once

#include <elfutils/libdwfl.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "target/symbols/symbols.hpp"

namespace target::symbols {

/// The symbols of one module in order of their addresses.
class ModuleIndex {
 public:
  struct Entry {
    Address at;
    std::uint64_t bytes = 0;  ///< up to the end of its section if it says no size
    const char* name = nullptr;
    bool global = false;
    bool code = false;
    bool sized = false;
  };
  explicit ModuleIndex(Dwfl_Module* module);

  /// The symbol that an address is in, or that it follows where symbols have no size.
  const Entry* at(Address address) const;
  const std::vector<Entry>& entries() const { return entries_; }
  const std::string& path() const { return path_; }
  AddressRange range() const { return range_; }

 private:
  std::vector<Entry> entries_;
  std::string path_;
  AddressRange range_;
};

struct Symbols::Implementation {
  Pid pid;           ///< 0: a file by itself
  std::string file;
  std::unique_ptr<Dwfl, void (*)(Dwfl*)> dwfl{nullptr, dwfl_end};
  std::map<Dwfl_Module*, std::unique_ptr<ModuleIndex>> indexes;
  bool attached = false;       ///< for unwinding
  void* unwinding = nullptr;   ///< what is under way

  void open();
  Dwfl_Module* module_at(Address at) const;
  std::vector<Dwfl_Module*> modules() const;
  const ModuleIndex& index(Dwfl_Module* module);
};

/// The line of the instruction at an address. Number 0 if it is not known.
Line line_at(Dwfl_Module* module, Address at);

/// Of FILE:LINE.
Result<std::vector<Address>> find_line(Symbols::Implementation& all, const Location& location);

/// How much of its section lies behind an address; 0 if it is in none that is known.
std::uint64_t rest_of_section(Dwfl_Module* module, Address at);

/// How libdwfl is to find files of a process: its own, and separate debug files.
const Dwfl_Callbacks& process_files();
const Dwfl_Callbacks& single_file();

}  // namespace target::symbols
