#include "target/memory_scan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <string>

#include "tests/support/traced_child.hpp"

namespace target {
namespace {

constexpr std::size_t block = 1 << 20;
constexpr std::size_t size = 2 * block + 4096;

std::uint32_t checksum_bit_by_bit(std::span<const char> bytes) {
  std::uint32_t sum = 0xffffffff;
  for (const char c : bytes) {
    sum ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24;
    for (int bit = 0; bit < 8; ++bit) sum = (sum << 1) ^ ((sum >> 31) != 0 ? 0x04c11db7u : 0u);
  }
  return sum;
}

/// More than two blocks of varied bytes in a child, with a page behind them that is not mapped.
class MemoryScan : public testing::Test {
 protected:
  class Region {
   public:
    Region()
        : start_(static_cast<char*>(mmap(nullptr, size + 4096, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
      munmap(start_ + size, 4096);
      for (std::size_t i = 0; i < size; ++i) start_[i] = static_cast<char>(i * 31 + i / 251);
      for (const std::size_t at : {block - 3, 2 * block - 1}) std::memcpy(start_ + at, "needle", 6);
    }
    ~Region() { munmap(start_, size); }
    std::span<const char> bytes() const { return {start_, size}; }
    Address at(std::size_t offset) const {
      return {reinterpret_cast<std::uint64_t>(start_) + offset};
    }

   private:
    char* start_;
  };

  std::optional<Address> find(std::size_t from, std::uint64_t length, std::string_view pattern) {
    const auto found = find_bytes(space, region.at(from), length, pattern);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found.value_or(std::nullopt);
  }

  Region region;
  support::TracedChild child{[] { return 0; }};
  AddressSpace space{child.tid()};
};

TEST_F(MemoryScan, FindsWhatLiesAcrossBlocks) {
  EXPECT_EQ(find(0, size, "needle"), region.at(block - 3));
  EXPECT_EQ(find(block - 2, size - block, "needle"), region.at(2 * block - 1));
  EXPECT_EQ(find(0, block + 3, "needle"), region.at(block - 3));
}

TEST_F(MemoryScan, FindsNothingBehindTheEnd) {
  EXPECT_EQ(find(0, block + 2, "needle"), std::nullopt);
  EXPECT_EQ(find(block - 3, 5, "needle"), std::nullopt);
  EXPECT_EQ(find(block - 3, 0, "n"), std::nullopt);
  EXPECT_EQ(find(0, size, "haystack"), std::nullopt);
  EXPECT_EQ(find(size, 0, "n"), std::nullopt);
}

TEST_F(MemoryScan, FindsLongPatterns) {
  const std::string pattern(region.bytes().data() + 5, block + 77);
  EXPECT_EQ(find(1, size - 1, pattern), region.at(5));
  EXPECT_EQ(find(0, pattern.size() - 1, pattern), std::nullopt);
}

TEST_F(MemoryScan, SaysWhereMemoryEnds) {
  char end[32];
  std::snprintf(end, sizeof end, "0x%llx", static_cast<unsigned long long>(region.at(size).value));
  const auto found = find_bytes(space, region.at(0), size + 100, "haystack");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, EFAULT);
  EXPECT_THAT(found.error().message, testing::HasSubstr(end));
  const auto sum = checksum_of(space, region.at(16), size);
  ASSERT_FALSE(sum);
  EXPECT_THAT(sum.error().message, testing::HasSubstr(end));
  // What comes before the hole is found all the same.
  EXPECT_EQ(find(0, ~std::uint64_t{0}, "needle"), region.at(block - 3));
}

TEST_F(MemoryScan, SumsAnyNumberOfBytes) {
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{8},
                                   std::size_t{9}, std::size_t{4097}, block - 1, block + 5, size})
    EXPECT_EQ(checksum_of(space, region.at(0), length).value(),
              checksum_bit_by_bit(region.bytes().first(length)))
        << length;
}

TEST_F(MemoryScan, DoesNotSeeOurTraps) {
  const auto clean = checksum_of(space, region.at(0), 64).value();
  ASSERT_TRUE(space.breakpoints().insert(region.at(10)));
  EXPECT_EQ(checksum_of(space, region.at(0), 64).value(), clean);
  EXPECT_EQ(find(0, 64, std::string_view(region.bytes().data() + 8, 8)), region.at(8));
}

}  // namespace
}  // namespace target
