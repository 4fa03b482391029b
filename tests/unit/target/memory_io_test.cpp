#include "target/linux/memory_io.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "tests/support/traced_child.hpp"

namespace target::linux {
namespace {

const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));

/// Three pages, of which the last is not mapped. The child has them at the same place.
class Pages {
 public:
  Pages() : start_(static_cast<char*>(mmap(nullptr, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    for (std::size_t i = 0; i < 2 * page; ++i) start_[i] = byte_at(i);
    munmap(start_ + 2 * page, page);
  }
  ~Pages() { munmap(start_, 2 * page); }

  static char byte_at(std::size_t i) { return static_cast<char>(i * 7 + i / 256); }
  char* data() const { return start_; }
  Address at(std::size_t offset) const { return {reinterpret_cast<std::uint64_t>(start_) + offset}; }

 private:
  char* start_;
};

class MemoryOfChild : public testing::Test {
 protected:
  Result<std::vector<std::byte>> read(Address from, std::size_t size) {
    std::vector<std::byte> bytes(size);
    const auto got = memory.read(from, bytes);
    if (!got) return tl::unexpected(got.error());
    bytes.resize(*got);
    return bytes;
  }
  Result<void> write(Address to, std::string_view text) {
    return memory.write(to, std::as_bytes(std::span(text.data(), text.size())));
  }
  void expect_pattern(std::size_t offset, std::size_t size) {
    const auto bytes = read(pages.at(offset), size);
    ASSERT_TRUE(bytes);
    ASSERT_EQ(bytes->size(), size);
    for (std::size_t i = 0; i < size; ++i)
      ASSERT_EQ(std::to_integer<char>((*bytes)[i]), Pages::byte_at(offset + i)) << i;
  }

  Pages pages;
  support::TracedChild child{[] { return 0; }};
  MemoryIo memory{child.tid()};
};

TEST_F(MemoryOfChild, reads_any_piece_of_what_is_mapped) {
  expect_pattern(0, 2 * page);
  expect_pattern(page - 3, 7);
  for (std::size_t offset = 0; offset < 16; ++offset)
    for (std::size_t size = 1; size < 20; ++size) expect_pattern(offset, size);
}

TEST_F(MemoryOfChild, reads_nothing_anywhere_if_nothing_is_asked) {
  EXPECT_EQ(read(Address{0}, 0)->size(), 0u);
  EXPECT_TRUE(write(Address{0}, ""));
}

TEST_F(MemoryOfChild, reads_up_to_the_first_byte_that_is_not_there) {
  for (const std::size_t before : {1u, 5u, 8u, 100u}) {
    const auto bytes = read(pages.at(2 * page - before), 200);
    ASSERT_TRUE(bytes);
    ASSERT_EQ(bytes->size(), before);
    EXPECT_EQ(std::to_integer<char>(bytes->back()), Pages::byte_at(2 * page - 1));
  }
}

TEST_F(MemoryOfChild, fails_if_the_very_first_byte_is_not_there) {
  for (const Address from : {pages.at(2 * page), Address{0}, Address{1}, Address{~std::uint64_t{0}},
                             Address{0x8000000000000000}, Address{0xffffffff81000000}}) {
    const auto bytes = read(from, 16);
    ASSERT_FALSE(bytes) << std::hex << from.value;
    EXPECT_EQ(bytes.error().code, EFAULT);
    EXPECT_FALSE(write(from, "x"));
  }
}

TEST_F(MemoryOfChild, names_the_address_that_it_cannot_read) {
  EXPECT_NE(read(Address{0x10}, 1).error().message.find("0x10"), std::string::npos);
}

TEST_F(MemoryOfChild, writes_any_piece) {
  ASSERT_TRUE(write(pages.at(page - 2), "abcd"));
  const auto bytes = read(pages.at(page - 2), 4);
  EXPECT_EQ(std::memcmp(bytes->data(), "abcd", 4), 0);
  expect_pattern(0, page - 2);
  expect_pattern(page + 2, page - 2);
  EXPECT_EQ(pages.data()[page], Pages::byte_at(page)) << "the parent's copy was written";
}

TEST_F(MemoryOfChild, fails_to_write_over_the_end) {
  const auto written = write(pages.at(2 * page - 2), "abcd");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, EFAULT);
}

// What the program itself may not do: breakpoints go into read-only text, and clients read guard pages.
TEST(MemoryIo, reads_and_writes_in_spite_of_protections) {
  Pages pages;
  support::TracedChild child([&] {
    mprotect(pages.data(), page, PROT_NONE);
    mprotect(pages.data() + page, page, PROT_READ | PROT_EXEC);
    return raise(SIGUSR1);
  });
  ASSERT_EQ(child.resume_and_wait().signal, Signal{SIGUSR1});
  MemoryIo memory(child.tid());
  std::vector<std::byte> bytes(2 * page);
  EXPECT_EQ(memory.read(pages.at(0), bytes), 2 * page);
  EXPECT_EQ(std::to_integer<char>(bytes[page - 1]), Pages::byte_at(page - 1));
  const std::byte trap{0xcc};
  EXPECT_TRUE(memory.write(pages.at(page + 1), std::span(&trap, 1)));
  EXPECT_EQ(memory.read(pages.at(page + 1), std::span(bytes).first(1)), 1u);
  EXPECT_EQ(bytes[0], trap);
}

TEST(MemoryIo, reads_much_at_once) {
  constexpr std::size_t size = 5 << 20;
  std::vector<char> data(size);
  for (std::size_t i = 0; i < size; ++i) data[i] = Pages::byte_at(i);
  support::TracedChild child([] { return 0; });
  std::vector<std::byte> back(size);
  MemoryIo memory(child.tid());
  EXPECT_EQ(memory.read(Address{reinterpret_cast<std::uint64_t>(data.data())}, back), size);
  EXPECT_EQ(std::memcmp(back.data(), data.data(), size), 0);
}

TEST(MemoryIo, fails_when_the_process_has_gone) {
  Pages pages;
  support::TracedChild child([] { return 0; });
  MemoryIo memory(child.tid());
  child.resume_and_wait();
  std::byte byte{};
  EXPECT_FALSE(memory.read(pages.at(0), std::span(&byte, 1)));
  EXPECT_FALSE(memory.write(pages.at(0), std::span(&byte, 1)));
}

}  // namespace
}  // namespace target::linux
