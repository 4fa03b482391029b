#include "target/thread_locals/c_library.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

namespace target::thread_locals {
namespace {

// ---- what glibc's nptl_db descriptors say (nptl_db/structs.def): uint32_t { bits, elements, offset }

struct Descriptor {
  std::uint32_t bits, elements, offset;
};

std::optional<Descriptor> descriptor(const Words& words, const FindSymbol& find,
                                     std::string_view name) {
  const auto at = find("_thread_db_" + std::string(name));
  return at ? words.object<Descriptor>(*at) : std::nullopt;
}

std::optional<Layout::Generations> described_generations(const Words& words,
                                                         const FindSymbol& find) {
  const auto global = find("_rtld_global");
  const auto list = descriptor(words, find, "rtld_global__dl_tls_dtv_slotinfo_list");
  const auto length = descriptor(words, find, "dtv_slotinfo_list_len");
  const auto next = descriptor(words, find, "dtv_slotinfo_list_next");
  const auto slots = descriptor(words, find, "dtv_slotinfo_list_slotinfo");
  const auto generation = descriptor(words, find, "dtv_slotinfo_gen");
  const auto size_at = find("_thread_db_sizeof_dtv_slotinfo");
  if (!global || !list || !length || !next || !slots || !generation || !size_at)
    return std::nullopt;
  const auto size = words.object<std::uint32_t>(*size_at);
  const auto head = words.word(*global + list->offset);
  if (!size || *size == 0 || !head) return std::nullopt;
  return Layout::Generations{Address{*head}, length->offset, next->offset,
                             slots->offset,  *size,          generation->offset};
}

// The number that a slot of the list was last given away in. Nothing if the list cannot be read.
std::optional<std::uint64_t> generation_of(const Words& words, const Layout::Generations& known,
                                           std::uint64_t number) {
  Address list = known.list;
  for (int steps = 0; list.value != 0 && steps < 10'000; ++steps) {
    const auto length = words.word(list + known.length);
    if (!length || *length == 0) return std::nullopt;
    if (number < *length)
      return words.word(list + known.slots + number * known.slot_bytes + known.generation);
    number -= *length;
    list = Address{words.word(list + known.next).value_or(0)};
  }
  return std::nullopt;
}

// ---- the slots of one thread

tl::unexpected<Error> not_allocated(const char* why) {
  return failure(
      EAGAIN,
      std::string("this thread has no storage for the thread-local variables of that library: ") +
          why + "; it gets some when it first uses one of them");
}

tl::unexpected<Error> unreadable(const char* what) {
  return failure(EFAULT,
                 std::string("cannot read ") + what + " of the C library in the program's memory");
}

// glibc: dtv[-1] is the number of slots, dtv[0] the generation that the vector is of; a block that is not
// there yet is -1.
Result<Address> glibc_slot(const Words& words, const Layout& layout, Address vector,
                           std::uint64_t number) {
  const auto slots = words.word(vector - layout.slot_bytes);
  const auto generation = words.word(vector);
  if (!slots || !generation) return unreadable("the vector of thread-local blocks");
  if (number > *slots)
    return not_allocated("the library was loaded after the thread last used such variables");
  if (layout.generations) {
    const auto given = generation_of(words, *layout.generations, number);
    if (given && *given > *generation)
      return not_allocated("the library was loaded after the thread last used such variables");
  }
  const auto block = words.word(vector + number * layout.slot_bytes);
  if (!block) return unreadable("a slot of the vector of thread-local blocks");
  if (*block == 0 || (*block & 1) != 0) return not_allocated("it has not used them yet");
  return Address{*block};
}

// musl: dtv[0] is the number of slots.
Result<Address> musl_slot(const Words& words, const Layout& layout, Address vector,
                          std::uint64_t number) {
  const auto slots = words.word(vector);
  if (!slots) return unreadable("the vector of thread-local blocks");
  if (number > *slots)
    return not_allocated("the library was loaded after the thread last used such variables");
  const auto block = words.word(vector + number * layout.slot_bytes);
  if (!block) return unreadable("a slot of the vector of thread-local blocks");
  if (*block == 0) return not_allocated("it has not used them yet");
  return Address{*block};
}

// 0: not decided yet; -1: decided to be in the vector alone.
bool is_static_offset(const Words& words, std::uint64_t offset) {
  const std::uint64_t none = words.wide() ? ~std::uint64_t{0} : 0xffffffffu;
  return offset != 0 && offset < none - 1;
}

}  // namespace

std::optional<Layout> described_layout(const Words& words, const FindSymbol& find) {
  const auto number = descriptor(words, find, "link_map_l_tls_modid");
  const auto vector = descriptor(words, find, "pthread_dtvp");
  const auto slot = descriptor(words, find, "dtv_dtv");
  if (!number || !vector || !slot || slot->bits < 8) return std::nullopt;
  Layout layout;
  layout.module_number = number->offset;
  layout.vector = vector->offset;
  layout.slot_bytes = slot->bits / 8;
  if (const auto offset = descriptor(words, find, "link_map_l_tls_offset"))
    layout.static_offset = offset->offset;
  layout.generations = described_generations(words, find);
  return layout;
}

//     glibc  l_tls_initimage l_tls_initimage_size l_tls_blocksize l_tls_align l_tls_firstbyte_offset l_tls_offset
//            l_tls_modid                 since 2.3
//     musl   tls.image tls.len tls.size tls.align tls.offset tls_id
std::optional<Layout> measured_layout(const Words& words, Layout::Library library, Address module,
                                      const TlsSegment& segment) {
  constexpr std::uint64_t longest_record = 4096;
  const std::array<std::uint64_t, 4> copy{segment.image.value, segment.file_size,
                                          segment.memory_size, segment.alignment};
  const auto size = words.word_bytes();
  const bool glibc = library == Layout::Library::Glibc;
  for (std::uint64_t at = 0; at + copy.size() * size < longest_record; at += size) {
    std::size_t same = 0;
    while (same < copy.size() && words.word(module + at, same) == copy[same]) ++same;
    if (same < copy.size()) continue;
    const auto offset = at + (copy.size() + (glibc ? 1 : 0)) * size;
    return Layout{library, offset + size, offset, size, glibc ? 2 * size : size, {}};
  }
  return std::nullopt;
}

Result<Address> block_of(const Words& words, const Layout& layout, Address thread_pointer,
                         Address module) {
  const auto number = words.word(module + layout.module_number);
  if (!number) return unreadable("the record of that library");
  if (*number == 0) return failure(ENOENT, "that library has no thread-local variables");
  if (layout.library == Layout::Library::Glibc && layout.static_offset) {
    // Loaded with the program, or made for it: in every thread at the same distance, whatever its vector says.
    const auto offset = words.word(module + *layout.static_offset);
    if (offset && is_static_offset(words, *offset)) return thread_pointer - *offset;
  }
  const auto vector = words.word(thread_pointer + layout.vector);
  if (!vector || *vector == 0) return unreadable("the vector of thread-local blocks");
  return layout.library == Layout::Library::Glibc
             ? glibc_slot(words, layout, Address{*vector}, *number)
             : musl_slot(words, layout, Address{*vector}, *number);
}

}  // namespace target::thread_locals
