// What ELF files say of themselves.

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "target/modules/elf_file.hpp"
#include "target/modules/module_info.hpp"

namespace target::modules {
namespace {

/// A file with one PT_NOTE, of which the notes are given.
linux::FileDescriptor elf_file(std::string_view notes, std::uint16_t machine = EM_X86_64) {
  struct {
    Elf64_Ehdr header{};
    Elf64_Phdr program{};
  } head;
  std::memcpy(head.header.e_ident, ELFMAG, SELFMAG);
  head.header.e_ident[EI_CLASS] = ELFCLASS64;
  head.header.e_machine = machine;
  head.header.e_phoff = sizeof head.header;
  head.header.e_phnum = 1;
  head.header.e_phentsize = sizeof head.program;
  head.program = {.p_type = PT_NOTE, .p_offset = sizeof head, .p_filesz = notes.size(), .p_align = 4};
  linux::FileDescriptor file(memfd_create("elf", MFD_CLOEXEC));
  EXPECT_EQ(pwrite(file.get(), &head, sizeof head, 0), ssize_t{sizeof head});
  EXPECT_EQ(pwrite(file.get(), notes.data(), notes.size(), sizeof head), static_cast<ssize_t>(notes.size()));
  return file;
}

std::string note(std::uint32_t type, std::string name, std::string content, std::uint32_t claimed) {
  const std::uint32_t head[] = {static_cast<std::uint32_t>(name.size()), claimed, type};
  std::string bytes(reinterpret_cast<const char*>(head), sizeof head);
  name.resize((name.size() + 3) / 4 * 4);
  content.resize((content.size() + 3) / 4 * 4);
  return bytes + name + content;
}

TEST(ElfFile, TheBuildIdIsFoundBehindOtherNotes) {
  const std::string gnu("GNU", 4);
  const auto file = elf_file(note(1, gnu, "version", 7) + note(3, "Go", "other", 5) + note(3, gnu, "identity", 8));
  const auto identity = identify(file.get());
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->machine, "x86_64");
  EXPECT_EQ(identity->build_id, "identity");
}

TEST(ElfFile, BrokenOnesHaveNone) {
  const std::string gnu("GNU", 4);
  EXPECT_EQ(identify(elf_file(note(3, gnu, "short", 5000)).get())->build_id, "");
  EXPECT_EQ(identify(elf_file(note(3, gnu, "short", 0xfffffffe)).get())->build_id, "");
  EXPECT_EQ(identify(elf_file("no").get())->build_id, "");
  EXPECT_FALSE(identify(elf_file("", EM_ARM).get()));
  EXPECT_FALSE(identify(-1));
}

TEST(Modules, AreFoundForTheMachineOfTheTriple) {
  const linux::FileSystem files;
  const auto found = find_module(files, "/proc/self/exe", "x86_64-pc-linux-gnu");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->machine, "x86_64");
  EXPECT_FALSE(found->build_id.empty());
  EXPECT_GT(found->bytes, 1000u);
  EXPECT_EQ(find_module(files, "/proc/self/exe", "i686-pc-linux-gnu").error().code, ENOEXEC);
  EXPECT_EQ(find_module(files, "/etc/passwd", "x86_64--linux").error().code, ENOEXEC);
  EXPECT_EQ(find_module(files, "/dev/null", "").error().code, ENOEXEC);
  EXPECT_EQ(find_module(files, "/nowhere", "").error().code, ENOENT);
}

}  // namespace
}  // namespace target::modules
