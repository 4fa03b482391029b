#include "target/arch/disassembler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace target::arch {
namespace {

std::vector<Instruction> listing(std::initializer_list<int> code, std::size_t count,
                                 bool wide = true) {
  std::vector<std::byte> bytes;
  for (const int value : code) bytes.push_back(static_cast<std::byte>(value));
  return disassemble(bytes, Address{0x401000}, count, wide);
}

TEST(Disassembler, shows_instructions_as_gdb_does) {
  // push %rbp; mov %rsp,%rbp; ret
  const auto found = listing({0x55, 0x48, 0x89, 0xe5, 0xc3}, 10);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].text, "pushq %rbp");
  EXPECT_EQ(found[1].at, Address{0x401001});
  EXPECT_EQ(found[1].bytes.size(), 3u);
  EXPECT_EQ(found[1].text, "movq %rsp, %rbp");
  EXPECT_EQ(found[2].text, "retq");
  EXPECT_EQ(listing({0x55, 0xc3, 0xc3}, 2).size(), 2u);
}

TEST(Disassembler, tells_64_from_32_bits) {
  EXPECT_EQ(listing({0x48, 0x89, 0xe5}, 1)[0].text, "movq %rsp, %rbp");
  EXPECT_EQ(listing({0x48, 0x89, 0xe5}, 1, false)[0].text, "decl %eax");
}

TEST(Disassembler, goes_on_behind_what_is_no_instruction) {
  const auto found = listing({0x06, 0xc3, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
                              0x90, 0x90, 0x90, 0x90, 0x90},
                             2);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].text, ".byte 0x06");
  EXPECT_EQ(found[1].text, "retq");
}

TEST(Disassembler, leaves_out_the_beginning_of_an_instruction) {
  EXPECT_EQ(listing({0xc3, 0x48, 0x89}, 5).size(), 1u);
  EXPECT_TRUE(listing({}, 5).empty());
}

}  // namespace
}  // namespace target::arch
