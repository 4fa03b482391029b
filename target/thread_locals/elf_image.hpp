#pragma once

#include <optional>
#include <string_view>

#include "target/thread_locals/words.hpp"
#include "target/types/address.hpp"

namespace target::thread_locals {

/// A PT_TLS program header: the block that every thread has a copy of.
struct TlsSegment {
  Address image;  ///< its initial bytes, where they are mapped
  std::uint64_t file_size = 0;
  std::uint64_t memory_size = 0;
  std::uint64_t alignment = 1;
};

/// \param headers  the program headers in memory, `count` of them
std::optional<TlsSegment> tls_segment(const Words& words, Address headers, std::size_t count,
                                      std::uint64_t bias);
/// Of an object whose ELF header is mapped at its load bias, as those of all shared libraries are.
std::optional<TlsSegment> tls_segment(const Words& words, Address load_bias);
bool is_elf_header(const Words& words, Address at);

/// The dynamic symbols of a loaded object, by its hash table (DT_GNU_HASH) in memory: no file is needed, which in a
/// container we might not see.
class DynamicSymbols {
 public:
  /// \param dynamic  where its dynamic section is mapped
  DynamicSymbols(const Words& words, Address load_bias, Address dynamic);

  std::optional<Address> find(std::string_view name) const;

 private:
  const Words& words_;
  Address load_bias_;
  Address symbols_, strings_, hashes_;  // 0: it has none
};

}  // namespace target::thread_locals
