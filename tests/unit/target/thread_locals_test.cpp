#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>

#include "target/thread_locals/c_library.hpp"

namespace target::thread_locals {
namespace {

/// Words at addresses, and nothing between them.
class Records : public testing::Test {
 protected:
  void put(std::uint64_t at, std::initializer_list<std::uint64_t> values) {
    for (const auto value : values) {
      memory[at] = value;
      at += 8;
    }
  }
  Result<std::size_t> read(Address from, std::span<std::byte> into) {
    const auto found = memory.find(from.value);
    if (found == memory.end() || into.size() > sizeof found->second)
      return failure(EFAULT, "nothing there");
    std::memcpy(into.data(), &found->second, into.size());
    return into.size();
  }

  std::map<std::uint64_t, std::uint64_t> memory;
  Words words{[this](Address from, std::span<std::byte> into) { return read(from, into); }, 8};
  const Address module{0x1000}, thread{0x7000};
  const std::uint64_t vector = 0x9000;
  const TlsSegment segment{Address{0x55000}, 4, 0x18, 8};
  Layout glibc{Layout::Library::Glibc, 8, 0, 8, 16, {}};
  Layout musl{Layout::Library::Musl, 8, 0, 8, 8, {}};
};

TEST_F(Records, ModulesAreMeasuredByTheirProgramHeader) {
  for (std::uint64_t at = 0; at < 0x100; at += 8) put(module.value + at, {0});
  put(module.value + 0x100, {0x55000, 4, 0x18, 16, 0x55000, 4, 0x18, 8, 0, 0x40, 3});
  const auto found = measured_layout(words, Layout::Library::Glibc, module, segment);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->static_offset, 0x100u + 9 * 8);
  EXPECT_EQ(found->module_number, 0x100u + 10 * 8);
  EXPECT_EQ(found->slot_bytes, 16u);
  const auto other = measured_layout(words, Layout::Library::Musl, module, segment);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->module_number, 0x100u + 9 * 8);
  EXPECT_EQ(other->slot_bytes, 8u);
}

TEST_F(Records, UnknownRecordsAreNotGuessed) {
  for (std::uint64_t at = 0; at < 0x2000; at += 8) put(module.value + at, {0x4444});
  EXPECT_FALSE(measured_layout(words, Layout::Library::Glibc, module, segment));
}

TEST_F(Records, StaticBlocksNeedNoVector) {
  put(module.value, {0x40, 1});
  EXPECT_EQ(block_of(words, glibc, thread, module)->value, 0x7000u - 0x40);
}

TEST_F(Records, BlocksOfOpenedLibrariesAreInTheVector) {
  for (const std::uint64_t undecided : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    put(module.value, {undecided, 2});
    put(thread.value, {thread.value, vector});
    put(vector - 16, {14, 0, 5, 0, 0xaaa0, 0, 0xbbb0, 0});
    EXPECT_EQ(block_of(words, glibc, thread, module)->value, 0xbbb0u);
  }
}

TEST_F(Records, AbsentBlocksAreNoAddresses) {
  put(thread.value, {thread.value, vector});
  put(vector - 16, {2, 0, 5, 0, 0, 0, ~std::uint64_t{0}, 0});
  for (const std::uint64_t number : {1, 2, 3}) {
    put(module.value, {0, number});
    const auto block = block_of(words, glibc, thread, module);
    ASSERT_FALSE(block) << number;
    EXPECT_EQ(block.error().code, EAGAIN);
    EXPECT_THAT(block.error().message, testing::HasSubstr("has no storage"));
  }
}

TEST_F(Records, BlocksOfClosedLibrariesAreNotTakenForThoseOfNewOnes) {
  put(module.value, {0, 2});
  put(thread.value, {thread.value, vector});
  put(vector - 16, {14, 0, 5, 0, 0xaaa0, 0, 0xbbb0, 0});
  // One list of two slots, then one whose first slot is module 2.
  put(0x3000, {2, 0x4000, 0, 0, 1, 0});
  put(0x4000, {2, 0, 6, module.value, 0, 0});
  glibc.generations = Layout::Generations{Address{0x3000}, 0, 8, 16, 16, 0};
  EXPECT_EQ(block_of(words, glibc, thread, module).error().code, EAGAIN);
  put(0x4000, {2, 0, 5});
  EXPECT_EQ(block_of(words, glibc, thread, module)->value, 0xbbb0u);
}

TEST_F(Records, MuslCountsItsSlotsInTheFirst) {
  put(module.value, {0x40, 2});
  put(thread.value, {thread.value, vector});
  put(vector, {2, 0xaaa0, 0xbbb0});
  EXPECT_EQ(block_of(words, musl, thread, module)->value, 0xbbb0u);
  put(vector, {1});
  EXPECT_EQ(block_of(words, musl, thread, module).error().code, EAGAIN);
}

TEST_F(Records, ModulesWithoutVariablesAndBrokenVectorsAreErrors) {
  put(module.value, {0, 0});
  EXPECT_EQ(block_of(words, glibc, thread, module).error().code, ENOENT);
  put(module.value, {0, 1});
  EXPECT_EQ(block_of(words, glibc, thread, module).error().code, EFAULT);
  put(thread.value, {thread.value, 0});
  EXPECT_EQ(block_of(words, glibc, thread, module).error().code, EFAULT);
  EXPECT_EQ(block_of(words, glibc, thread, Address{0x666000}).error().code, EFAULT);
}

/// Descriptors as glibc has them, each at an address of its own.
TEST_F(Records, GlibcDescribesItself) {
  const std::map<std::string, std::uint64_t, std::less<>> symbols{
      {"_thread_db_link_map_l_tls_modid", 0x100},
      {"_thread_db_link_map_l_tls_offset", 0x110},
      {"_thread_db_pthread_dtvp", 0x120},
      {"_thread_db_dtv_dtv", 0x130}};
  const auto read_descriptor = [&](Address at, std::span<std::byte> into) -> Result<std::size_t> {
    const std::uint32_t descriptors[][4] = {
        {64, 1, 0x480, 0}, {64, 1, 0x478, 0}, {64, 1, 8, 0}, {128, 99, 0, 0}};
    if (at.value < 0x100 || at.value >= 0x140 || into.size() > 16)
      return failure(EFAULT, "nothing there");
    std::memcpy(into.data(), descriptors[(at.value - 0x100) / 16], into.size());
    return into.size();
  };
  const Words described(read_descriptor, 8);
  const auto find = [&](std::string_view name) -> std::optional<Address> {
    const auto found = symbols.find(name);
    return found == symbols.end() ? std::nullopt : std::optional(Address{found->second});
  };
  const auto layout = described_layout(described, find);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->module_number, 0x480u);
  EXPECT_EQ(layout->static_offset, 0x478u);
  EXPECT_EQ(layout->vector, 8u);
  EXPECT_EQ(layout->slot_bytes, 16u);
  EXPECT_FALSE(layout->generations);
  EXPECT_FALSE(described_layout(described, [](std::string_view) { return std::nullopt; }));
}

}  // namespace
}  // namespace target::thread_locals
