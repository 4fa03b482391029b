#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace bench {

// The symbol table of a 64-bit ELF program linked at a fixed address.
class Symbols {
 public:
  explicit Symbols(const std::string& path);
  std::uint64_t at(const std::string& name) const;

 private:
  std::map<std::string, std::uint64_t> values_;
};

}  // namespace bench
