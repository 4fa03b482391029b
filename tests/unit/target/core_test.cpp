// Core files without a process: what belongs in, where it goes, and what is left out.

#include <elf.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <map>

#include "target/arch/amd64/extended_state.hpp"
#include "target/core/notes.hpp"
#include "target/core/output_file.hpp"
#include "target/core/writer.hpp"

namespace target::core {
namespace {

using std::chrono::microseconds;
using testing::ElementsAre;
using testing::HasSubstr;

/// Every byte is the number of its megabyte, but for holes and for what cannot be read.
class FakeSource final : public Source {
 public:
  Result<std::size_t> read(Address from, std::span<std::byte> into) const override {
    if (from >= unreadable.begin && from < unreadable.end) return failure(EFAULT, "no memory");
    std::uint64_t count = into.size();
    if (from < unreadable.begin) count = std::min(count, unreadable.begin - from);
    for (std::size_t i = 0; i < count; ++i) into[i] = std::byte(zero ? 0 : (from.value + i) >> 20);
    return count;
  }
  AddressRange first_touched(AddressRange within) const override {
    if (within.begin < touched.begin) within.begin = std::min(touched.begin, within.end);
    if (within.begin >= touched.end) return {within.end, within.end};
    return {within.begin, std::min(touched.end, within.end)};
  }

  Result<void> check() const override {
    if (gone) return failure(ESRCH, "it has gone");
    return {};
  }

  AddressRange unreadable{{~std::uint64_t{0}}, {~std::uint64_t{0}}};
  AddressRange touched{{0}, {~std::uint64_t{0}}};
  bool zero = false;
  bool gone = false;
};

constexpr std::uint64_t megabyte = 1 << 20;

class CoreWriter : public testing::Test {
 protected:
  Region region(std::uint64_t from, std::uint64_t to, bool anonymous = true) {
    return {{{from}, {to}}, PF_R | PF_W, anonymous, to - from};
  }
  /// Writes it in slices that are as short as can be.
  Result<bool> write(Snapshot snapshot, std::uint64_t limit = no_limit) {
    Writer writer(file.get(), std::move(snapshot), source, limit);
    Result<bool> complete = false;
    while (complete && !*complete) {
      complete = writer.advance(microseconds(0));
      ++slices;
    }
    summary = writer.summary();
    return complete;
  }
  template <class T>
  T at(std::uint64_t offset) const {
    T object{};
    EXPECT_EQ(pread(file.get(), &object, sizeof object, static_cast<off_t>(offset)), ssize_t{sizeof object});
    return object;
  }
  template <class Header = Elf64_Ehdr, class Program = Elf64_Phdr>
  std::vector<Program> programs() const {
    const auto header = at<Header>(0);
    std::vector<Program> all;
    for (int i = 0; i < header.e_phnum; ++i)
      all.push_back(at<Program>(header.e_phoff + static_cast<std::uint64_t>(i) * sizeof(Program)));
    return all;
  }

  linux::FileDescriptor file{memfd_create("core", MFD_CLOEXEC)};
  FakeSource source;
  Summary summary;
  int slices = 0;
};

TEST_F(CoreWriter, RegionsKeepTheirBytes) {
  Snapshot snapshot{true, std::string(100, 'n'), {region(0x100000, 0x400000), region(0x800000, 0x801000)}, 1};
  ASSERT_TRUE(write(snapshot).value_or(false));
  EXPECT_GE(slices, 5);
  const auto header = at<Elf64_Ehdr>(0);
  EXPECT_EQ(header.e_type, ET_CORE);
  EXPECT_EQ(header.e_machine, EM_X86_64);
  const auto all = programs();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].p_type, PT_NOTE + 0u);
  EXPECT_EQ(at<char>(all[0].p_offset + 99), 'n');
  EXPECT_EQ(all[1].p_vaddr, 0x100000u);
  EXPECT_EQ(all[1].p_filesz, 0x300000u);
  EXPECT_EQ(all[1].p_flags, PF_R | PF_W);
  EXPECT_EQ(at<char>(all[1].p_offset), 1);
  EXPECT_EQ(at<char>(all[1].p_offset + 2 * megabyte), 3);
  EXPECT_EQ(at<char>(all[2].p_offset + 0xfff), 8);
  EXPECT_EQ(summary.stored, 0x301000u);
}

TEST_F(CoreWriter, ThirtyTwoBits) {
  ASSERT_TRUE(write({false, "note", {region(0x100000, 0x200000)}, 1}).value_or(false));
  EXPECT_EQ(at<Elf32_Ehdr>(0).e_machine, EM_386);
  const auto all = programs<Elf32_Ehdr, Elf32_Phdr>();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(at<char>(all[1].p_offset + 5), 1);
}

TEST_F(CoreWriter, ZeroAndUntouchedPagesTakeNoRoom) {
  source.touched = {{0x200000}, {0x202000}};
  ASSERT_TRUE(write({true, "", {region(0x100000, 0x40000000)}, 1}).value_or(false));
  EXPECT_EQ(summary.stored, 0x2000u);
  EXPECT_LT(slices, 10);
  EXPECT_EQ(programs()[1].p_filesz, 0x40000000u - 0x100000u);
  struct stat status{};
  fstat(file.get(), &status);
  EXPECT_GT(status.st_size, 0x3f000000);
  EXPECT_LT(status.st_blocks * 512, 0x10000);

  source.zero = true;
  source.touched = {{0}, {~std::uint64_t{0}}};
  ASSERT_TRUE(write({true, "", {region(0x100000, 0x500000)}, 1}).value_or(false));
  EXPECT_EQ(summary.stored, 0u);
}

TEST_F(CoreWriter, MemoryThatHasGoneMeanwhileMakesNoCore) {
  source.gone = true;
  const auto complete = write({true, "", {region(0x100000, 0x200000)}, 1});
  ASSERT_FALSE(complete);
  EXPECT_EQ(complete.error().message, "it has gone");
  EXPECT_EQ(at<char>(0), 0);  // and nothing that looks like one
}

TEST_F(CoreWriter, SharedMemoryIsCounted) {
  auto shared = region(0x200000, 0x203000);
  shared.shared = true;
  ASSERT_TRUE(write({true, "", {region(0x100000, 0x101000), shared}, 1}).value_or(false));
  EXPECT_EQ(summary.shared, 0x3000u);
}

TEST_F(CoreWriter, UnreadableMemoryIsZeroAndCounted) {
  source.unreadable = {{0x102000}, {0x104000}};
  ASSERT_TRUE(write({true, "", {region(0x100000, 0x110000)}, 1}).value_or(false));
  EXPECT_EQ(summary.unreadable, 0x2000u);
  const auto load = programs()[1];
  EXPECT_EQ(load.p_filesz, 0x10000u);
  EXPECT_EQ(at<char>(load.p_offset + 0x1fff), 1);
  EXPECT_EQ(at<char>(load.p_offset + 0x2000), 0);
  EXPECT_EQ(at<char>(load.p_offset + 0x4000), 1);
}

TEST_F(CoreWriter, MemoryThatCannotBeReadAtAllIsNotInIt) {
  source.unreadable = {{0x100000}, {0x110000}};
  ASSERT_TRUE(write({true, "", {region(0x100000, 0x110000), region(0x200000, 0x201000)}, 1}).value_or(false));
  EXPECT_EQ(programs()[1].p_filesz, 0u);
  EXPECT_EQ(programs()[1].p_memsz, 0x10000u);

  const auto nothing = write({true, "", {region(0x100000, 0x110000)}, 1});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ESRCH);
}

TEST_F(CoreWriter, ALimitCutsTheLargest) {
  Snapshot snapshot{true, "", {region(0x100000, 0x500000), region(0x800000, 0x802000)}, 1};
  ASSERT_TRUE(write(snapshot, 0x3000).value_or(false));
  const auto all = programs();
  EXPECT_EQ(all[1].p_vaddr, 0x100000u);
  EXPECT_EQ(all[1].p_filesz, 0x1000u);
  EXPECT_EQ(all[2].p_filesz, 0x2000u);
  EXPECT_EQ(summary.stored, 0x3000u);
  EXPECT_EQ(summary.over_limit, 0x400000u - 0x1000u);
}

TEST_F(CoreWriter, MoreSegmentsThanTheHeaderCounts) {
  Snapshot snapshot;
  for (std::uint64_t i = 1; i <= 70'000; ++i) snapshot.regions.push_back(region(i * 0x2000, i * 0x2000 + 0x1000));
  for (auto& region : snapshot.regions) region.kept = 0;
  snapshot.regions.back().kept = 0x1000;
  ASSERT_TRUE(write(snapshot).value_or(false));
  const auto header = at<Elf64_Ehdr>(0);
  EXPECT_EQ(header.e_phnum, PN_XNUM);
  EXPECT_EQ(at<Elf64_Shdr>(header.e_shoff).sh_info, 70'001u);
  EXPECT_EQ(at<Elf64_Phdr>(header.e_phoff + 70'000 * sizeof(Elf64_Phdr)).p_filesz, 0x1000u);
}

TEST_F(CoreWriter, AFullDiskIsAnError) {
  file = linux::FileDescriptor(open("/dev/full", O_WRONLY | O_CLOEXEC));
  const auto complete = write({true, "", {region(0x100000, 0x200000)}, 1});
  ASSERT_FALSE(complete);
  EXPECT_EQ(complete.error().code, ENOSPC);
}

class CoreFilter : public testing::Test {
 protected:
  std::uint64_t kept(std::string path, bool shared, std::uint32_t filter, bool own_pages = false) {
    linux::DetailedMapping detailed;
    detailed.mapping = {{{0x100000}, {0x110000}}, true, true, false, shared, 0, std::move(path)};
    detailed.own_pages = own_pages;
    detailed.huge = huge;
    detailed.kept_out = kept_out;
    return kept_bytes(detailed, filter, source);
  }
  FakeSource source;
  bool huge = false, kept_out = false;
  const std::uint64_t whole = 0x10000;
};

TEST_F(CoreFilter, EveryBitHasItsKindOfMemory) {
  EXPECT_EQ(kept("[heap]", false, 1), whole);
  EXPECT_EQ(kept("", false, ~1u), 0u);
  EXPECT_EQ(kept("/dev/zero (deleted)", true, 2), whole);
  EXPECT_EQ(kept("/dev/zero (deleted)", true, ~2u), 0u);
  EXPECT_EQ(kept("/lib/c", false, 4), whole);
  EXPECT_EQ(kept("/lib/c", false, 1), 0u);
  EXPECT_EQ(kept("/lib/c", false, 1, true), whole);
  EXPECT_EQ(kept("/data", true, 8), whole);
  EXPECT_EQ(kept("/data", true, ~8u), 0u);
  huge = true;
  EXPECT_EQ(kept("/anon_hugepage (deleted)", false, 0x20), whole);
  EXPECT_EQ(kept("/anon_hugepage (deleted)", false, ~0x20u), 0u);
  EXPECT_EQ(kept("/huge", true, 0x40), whole);
}

TEST_F(CoreFilter, SomeMemoryHasItsOwnRules) {
  kept_out = true;
  EXPECT_EQ(kept("", false, ~0u), 0u);
  EXPECT_EQ(kept("[vdso]", false, 0), whole);
}

TEST(CoreNotes, ArePaddedToWords) {
  std::string notes;
  append_note(notes, "CORE", 7, "abc");
  append_note(notes, "LINUX", 8, "");
  ASSERT_EQ(notes.size(), 12u + 8 + 4 + 12 + 8);
  EXPECT_EQ(notes.substr(12, 12), std::string("CORE\0\0\0\0abc\0", 12));
}

TEST(CoreNotes, FilesAreListedInPages) {
  linux::Mapping file{{{0x1000}, {0x3000}}, true, false, false, false, 0x5000, "/lib/c"};
  linux::Mapping other{{{0x4000}, {0x5000}}, true, false, false, false, 0, "[heap]"};
  const auto note = file_note({file, other}, 4);
  std::uint32_t words[5];
  std::memcpy(words, note.data() + 20, sizeof words);
  EXPECT_THAT(words, ElementsAre(1u, 4096u, 0x1000u, 0x3000u, 5u));
  EXPECT_THAT(note, HasSubstr(std::string("/lib/c\0", 7)));
}

TEST(CoreOutput, AFileIsThereWhenItIsComplete) {
  const auto folder = std::filesystem::temp_directory_path() / ("remora-core-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  const auto files = [&] { return std::distance(std::filesystem::directory_iterator(folder), {}); };
  {
    const auto abandoned = TemporaryFile::create_beside(folder / "core");
    ASSERT_TRUE(abandoned);
    EXPECT_EQ(files(), 1);
  }
  EXPECT_EQ(files(), 0);
  {
    auto kept = TemporaryFile::create_beside(folder / std::string(255, 'c'));
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_TRUE(kept->rename_to(folder / "core"));
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "core"));
  EXPECT_EQ(files(), 1);
  EXPECT_FALSE(TemporaryFile::create_beside(folder / "none" / "core"));
  std::filesystem::remove_all(folder);
}

TEST(MemoryMap, TellsOfPagesAndFlags) {
  constexpr std::size_t bytes = 16 * page_bytes;
  auto* const memory = static_cast<char*>(
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(memory, MAP_FAILED);
  memory[5 * page_bytes] = memory[6 * page_bytes] = 1;
  const Address at{reinterpret_cast<std::uint64_t>(memory)};
  const linux::PageMap pages(Tid{getpid()});
  EXPECT_EQ(pages.first_touched({at, at + bytes}), (AddressRange{at + 5 * page_bytes, at + 7 * page_bytes}));
  EXPECT_EQ(pages.first_touched({at + 7 * page_bytes, at + bytes}), (AddressRange{at + bytes, at + bytes}));

  madvise(memory, bytes, MADV_DONTDUMP);
  const auto mappings = linux::detailed_mappings_of(Pid{getpid()});
  ASSERT_TRUE(mappings);
  const auto plain = linux::mappings_of(Pid{getpid()});
  ASSERT_TRUE(plain);
  EXPECT_EQ(mappings->size(), plain->size());
  for (const auto& detailed : *mappings)
    if (detailed.mapping.range.contains(at)) {
      EXPECT_TRUE(detailed.kept_out);
      EXPECT_TRUE(detailed.own_pages);
      EXPECT_FALSE(detailed.huge || detailed.device);
    }
  munmap(memory, bytes);
}

TEST(ExtendedState, IsLaidOutAsReadersOfCoresExpect) {
  using namespace arch::amd64;
  std::vector<std::byte> area(extended_state_bytes());
  std::uint64_t present = 0x2e7;
  std::memcpy(area.data() + xstate_bv_offset, &present, sizeof present);
  area[xmm0] = std::byte{1};
  if (has_component(Avx)) area[component_offset(Avx)] = std::byte{2};
  if (has_avx512()) {
    area[component_offset(Opmask)] = std::byte{5};
    area[component_offset(ZmmHigh256)] = std::byte{6};
    area[component_offset(High16Zmm) + 1023] = std::byte{7};
  }
  const auto common = in_common_layout(area);
  EXPECT_EQ(common[xmm0], std::byte{1});
  if (has_component(Avx)) EXPECT_EQ(common[576], std::byte{2});
  if (!has_avx512()) return;
  ASSERT_GE(common.size(), 2688u);
  EXPECT_EQ(common[1088], std::byte{5});
  EXPECT_EQ(common[1152], std::byte{6});
  EXPECT_EQ(common[2687], std::byte{7});
}

}  // namespace
}  // namespace target::core
