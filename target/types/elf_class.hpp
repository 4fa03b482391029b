#pragma once

#include <elf.h>

#include <cstdint>

namespace target {

/// The structures of <elf.h> for one class of files; Word has the size of an address.
struct Elf64 {
  using Word = std::uint64_t;
  using Header = Elf64_Ehdr;
  using ProgramHeader = Elf64_Phdr;
  using SectionHeader = Elf64_Shdr;
  using Dynamic = Elf64_Dyn;
  using Symbol = Elf64_Sym;
  static constexpr unsigned char file_class = ELFCLASS64;
  static constexpr std::uint16_t machine = EM_X86_64;
};
struct Elf32 {
  using Word = std::uint32_t;
  using Header = Elf32_Ehdr;
  using ProgramHeader = Elf32_Phdr;
  using SectionHeader = Elf32_Shdr;
  using Dynamic = Elf32_Dyn;
  using Symbol = Elf32_Sym;
  static constexpr unsigned char file_class = ELFCLASS32;
  static constexpr std::uint16_t machine = EM_386;
};

}  // namespace target
