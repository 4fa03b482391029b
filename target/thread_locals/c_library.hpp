#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "target/thread_locals/elf_image.hpp"
#include "target/thread_locals/words.hpp"
#include "target/types/address.hpp"
#include "target/types/result.hpp"

namespace target::thread_locals {

/// Where a C library keeps the blocks of thread-local variables: a number for each module that has some, and for
/// each thread a vector (DTV) of blocks, indexed by that number. Offsets are in bytes.
struct Layout {
  enum class Library { Glibc, Musl };

  Library library = Library::Glibc;
  std::uint64_t module_number = 0;  ///< in struct link_map (glibc) or struct dso (musl)
  std::optional<std::uint64_t>
      static_offset;             ///< beside it: how far below the thread pointer the block lies
  std::uint64_t vector = 0;      ///< from the thread pointer, of the pointer to the DTV
  std::uint64_t slot_bytes = 0;  ///< of one slot of the DTV
  /// glibc: which module got which number when, to tell a slot that is left over from a closed library.
  struct Generations {
    Address list;  ///< struct dtv_slotinfo_list
    std::uint64_t length = 0, next = 0, slots = 0;
    std::uint64_t slot_bytes = 0, generation = 0;
  };
  std::optional<Generations> generations;
};

/// Finds a symbol anywhere among what is loaded.
using FindSymbol = std::function<std::optional<Address>(std::string_view name)>;

/// From what glibc tells libthread_db: variables of its own that describe its records. Nothing if the symbols are
/// not there: another C library, or one before 2.34, where they are in the symbol table of a file only.
std::optional<Layout> described_layout(const Words& words, const FindSymbol& find);

/// From the record of one module: the loaders of glibc and musl both copy the fields of the module's PT_TLS program
/// header into it, one after the other, and what is wanted stands behind those. Nothing if the copy is not found.
std::optional<Layout> measured_layout(const Words& words, Layout::Library library, Address module,
                                      const TlsSegment& segment);

/// The block of one module in one thread.
Result<Address> block_of(const Words& words, const Layout& layout, Address thread_pointer,
                         Address module);

}  // namespace target::thread_locals
