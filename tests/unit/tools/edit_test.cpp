#include "tools/patch/edit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

#include "tests/support/traced_child.hpp"

namespace tools::patch {
namespace {

using namespace target;
using testing::HasSubstr;

constexpr std::size_t page = 4096;
// nop; mov $1,%eax; je .+2; ret
constexpr unsigned char code[] = {0x90, 0xb8, 1, 0, 0, 0, 0x74, 0, 0xc3};

std::vector<std::byte> bytes(const char* hex) { return *parse_bytes(hex); }

/// Code in a child.
class Edits : public testing::Test {
 protected:
  struct Page {
    Page() : at(static_cast<unsigned char*>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
      std::memset(at, 0x90, page);
      std::memcpy(at, code, sizeof code);
      munmap(at + page, page);
    }
    ~Page() { munmap(at, page); }
    unsigned char* at;
  };
  Address at(std::size_t offset) const { return {reinterpret_cast<std::uint64_t>(page_.at) + offset}; }

  Page page_;
  support::TracedChild child{[] { return 0; }};
  ProcessTable table;
  Process& process = table.add(child.pid(), Origin::Attached);
};

TEST(Bytes, ArePairsOfDigits) {
  EXPECT_EQ(bytes("90 eb"), (std::vector{std::byte{0x90}, std::byte{0xeb}}));
  for (const auto* wrong : {"", "9", "9 0", "zz", "0x90"}) EXPECT_FALSE(parse_bytes(wrong)) << wrong;
}

TEST_F(Edits, NopsTakeWholeInstructions) {
  EXPECT_EQ(nops(process, at(0), 1)->bytes, bytes("90"));
  EXPECT_EQ(nops(process, at(0), 2)->bytes, bytes("660f1f440000"));
  EXPECT_EQ(nops(process, at(1), 3)->bytes, bytes("0f1f840000000000"));
  EXPECT_THAT(nops(process, at(page - 1), 2).error().message, HasSubstr("there are not 2 instructions"));
}

TEST_F(Edits, JumpsAreAsShortAsTheyCanBe) {
  EXPECT_EQ(jump(process, at(6), at(8), false)->bytes, bytes("eb00"));
  EXPECT_EQ(jump(process, at(6), at(6), false)->bytes, bytes("ebfe"));
  EXPECT_EQ(jump(process, at(1), at(1000), false)->bytes, bytes("e9e2030000"));
  EXPECT_EQ(jump(process, at(1), at(8), false)->bytes, bytes("eb05 0f1f00"));
  EXPECT_EQ(jump(process, at(0), {1}, true)->bytes.size(), 14u);
}

TEST_F(Edits, JumpsThatCutTheNextInstructionAreRefused) {
  const auto refused = jump(process, at(0), at(8), false);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("--force"));
  // What is left of the instruction that it ends in does nothing.
  EXPECT_EQ(jump(process, at(0), at(8), true)->bytes, bytes("eb06 0f1f4000"));
}

TEST_F(Edits, AreWrittenAsAWholeOrNotAtAll) {
  EXPECT_TRUE(apply(process, {at(0), bytes("eb06")}));
  std::array<std::byte, 2> there{};
  ASSERT_TRUE(process.space().read(at(0), there));
  EXPECT_EQ(there[0], std::byte{0xeb});
  EXPECT_FALSE(apply(process, {at(page - 1), bytes("0000")}));
  ASSERT_TRUE(process.space().read(at(page - 1), std::span(there).first(1)));
  EXPECT_EQ(there[0], std::byte{0x90});
}

}  // namespace
}  // namespace tools::patch
