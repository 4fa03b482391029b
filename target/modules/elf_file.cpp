#include "target/modules/elf_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "target/types/elf_class.hpp"

namespace target::modules {
namespace {

// Bounds for files that are not what they say.
constexpr std::size_t most_headers = 1000;
constexpr std::size_t most_note_bytes = 1 << 16;

bool read_exactly(int file, void* into, std::size_t bytes, std::uint64_t offset) {
  return pread(file, into, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
}

template <class T>
std::vector<T> read_table(int file, std::uint64_t offset, std::size_t count, std::size_t entry_bytes) {
  if (entry_bytes != sizeof(T)) return {};
  std::vector<T> table(std::min(count, most_headers));
  if (!read_exactly(file, table.data(), table.size() * sizeof(T), offset)) table.clear();
  return table;
}

std::size_t padded(std::size_t bytes, std::size_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

// Both classes have the same note header.
std::string find_build_id(std::string_view notes, std::size_t alignment) {
  constexpr std::string_view gnu("GNU", 4);
  Elf64_Nhdr header;
  while (notes.size() >= sizeof header) {
    std::memcpy(&header, notes.data(), sizeof header);
    notes.remove_prefix(sizeof header);
    const auto name_bytes = padded(header.n_namesz, alignment);
    if (name_bytes > notes.size() || header.n_descsz > notes.size() - name_bytes) return {};
    const auto content = notes.substr(name_bytes, header.n_descsz);
    if (header.n_type == NT_GNU_BUILD_ID && notes.starts_with(gnu)) return std::string(content);
    notes.remove_prefix(std::min(notes.size(), name_bytes + padded(header.n_descsz, alignment)));
  }
  return {};
}

std::string read_build_id(int file, std::uint64_t offset, std::uint64_t bytes, std::uint64_t alignment) {
  std::string notes(std::min<std::uint64_t>(bytes, most_note_bytes), '\0');
  if (!read_exactly(file, notes.data(), notes.size(), offset)) return {};
  return find_build_id(notes, alignment == 8 ? 8 : 4);
}

// Programs and libraries have it in a segment, files with nothing but debug information in a section.
template <class Elf>
std::string read_build_id(int file) {
  typename Elf::Header header;
  if (!read_exactly(file, &header, sizeof header, 0)) return {};
  for (const auto& program :
       read_table<typename Elf::ProgramHeader>(file, header.e_phoff, header.e_phnum, header.e_phentsize))
    if (program.p_type == PT_NOTE)
      if (auto id = read_build_id(file, program.p_offset, program.p_filesz, program.p_align); !id.empty()) return id;
  for (const auto& section :
       read_table<typename Elf::SectionHeader>(file, header.e_shoff, header.e_shnum, header.e_shentsize))
    if (section.sh_type == SHT_NOTE)
      if (auto id = read_build_id(file, section.sh_offset, section.sh_size, section.sh_addralign); !id.empty())
        return id;
  return {};
}

}  // namespace

std::optional<ElfIdentity> identify(int file) {
  Elf32_Ehdr header;  // its beginning is the same in both classes
  if (!read_exactly(file, &header, sizeof header, 0) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return std::nullopt;
  const auto is = [&]<class Elf>(Elf) {
    return header.e_ident[EI_CLASS] == Elf::file_class && header.e_machine == Elf::machine;
  };
  if (is(Elf64{})) return ElfIdentity{"x86_64", read_build_id<Elf64>(file)};
  if (is(Elf32{})) return ElfIdentity{"i386", read_build_id<Elf32>(file)};
  return std::nullopt;
}

}  // namespace target::modules
