#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "target/symbols/location.hpp"
#include "target/types/ids.hpp"

namespace target::symbols {

/// What is at an address. Views are good until the Symbols that gave them are refreshed.
struct Place {
  std::string_view module;        ///< path of its file; "" if the address is in none
  std::uint64_t offset = 0;       ///< from where the module's lowest address is
  std::string_view symbol;        ///< "" if none is known
  std::uint64_t from_symbol = 0;  ///< bytes from where that begins
};

struct Line {
  std::string_view file;
  int number = 0;
};

/// A function that an address belongs to, those inlined there before the one that they are in.
struct Function {
  std::string name;
  Line line;  ///< number 0 if it is not known
};

/// Symbols and lines of a process, or of a file by itself.
///
/// Files are read when something is first asked of them, through the root directory that the process has; separate
/// debug files are found by build id and by .gnu_debuglink. Nothing is fetched from anywhere else.
class Symbols {
 public:
  explicit Symbols(Pid pid);
  /// Its addresses are those that it names itself. ENOEXEC if it is no ELF file.
  static Result<std::unique_ptr<Symbols>> of_file(const std::string& path);
  ~Symbols();

  /// Libraries may have come or gone, or the process has become another program.
  void refresh();

  /// Every place that is meant: a line may have several, and so may a static function's name. ENOENT if there is none,
  /// with what is missing.
  Result<std::vector<Address>> find_all(const Location& location);
  /// The only one; EINVAL with the others if there are several.
  Result<Address> find(const Location& location);

  /// O(log n) in the symbols of the module after the first time.
  Place describe(Address at);
  /// Nothing if no line information is there.
  Line line(Address at);
  std::vector<Function> functions(Address at);

  /// Of the symbol that an address is in; one without a size goes on to the next. Nothing if there is none.
  std::optional<AddressRange> symbol_range(Address at);
  /// What the file of the module has at an address, before anything was relocated or written; how much of it there is.
  std::size_t read_file(Address from, std::span<std::byte> into);
  bool is_64_bit() const;

  /// "app!main+4" in the form that a Location is parsed from.
  std::string text(Address at);

  struct Implementation;
  Implementation& implementation() { return *implementation_; }

 private:
  explicit Symbols(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

/// A symbol's name as it was written in C++; others as they are.
std::string demangled(std::string_view name);

}  // namespace target::symbols
