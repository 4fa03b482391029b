#include "target/symbols/bare_code.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace target::symbols {
namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> code;
  for (const int value : values) code.push_back(static_cast<std::byte>(value));
  return code;
}

FrameShape shape(std::initializer_list<int> values, bool wide = true) {
  return shape_after(arch::disassemble(bytes(values), {0x1000}, values.size(), wide), wide);
}

TEST(BareCode, counts_what_is_pushed_and_made_room_for) {
  EXPECT_EQ(shape({}).depth, 0);
  EXPECT_EQ(shape({0x53, 0x41, 0x54}).depth, 16);                                // push %rbx; push %r12
  EXPECT_EQ(shape({0x48, 0x83, 0xec, 0x18}).depth, 0x18);                        // sub $0x18, %rsp
  EXPECT_EQ(shape({0x48, 0x81, 0xec, 0x88, 0x01, 0x00, 0x00}).depth, 0x188);     // sub $0x188, %rsp
  EXPECT_EQ(shape({0x48, 0x83, 0xec, 0x80}).depth, -0x80);                       // sub $-0x80, %rsp
  EXPECT_EQ(shape({0x53, 0x48, 0x83, 0xc4, 0x10, 0x5b}).depth, -16);             // push; add $0x10, %rsp; pop
  EXPECT_EQ(shape({0x53, 0x83, 0xec, 0x1c}, false).depth, 4 + 0x1c);             // push %ebx; sub $0x1c, %esp
}

TEST(BareCode, knows_a_frame_pointer_from_a_register_that_is_saved) {
  const auto framed = shape({0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x40});  // push %rbp; mov %rsp, %rbp; sub $0x40, %rsp
  EXPECT_TRUE(framed.fp_points_there);
  EXPECT_EQ(framed.saved_fp, 8);
  const auto saved = shape({0x53, 0x55, 0x31, 0xed});  // push %rbx; push %rbp; xor %ebp, %ebp
  EXPECT_FALSE(saved.fp_points_there);
  EXPECT_EQ(saved.saved_fp, 16);
  EXPECT_FALSE(shape({0x41, 0x55}).saved_fp);  // push %r13
}

TEST(BareCode, forgets_an_epilogue_that_was_jumped_over) {
  // push %rbx; sub $16, %rsp; jne 1f; add $16, %rsp; pop %rbx; ret; 1:
  EXPECT_EQ(shape({0x53, 0x48, 0x83, 0xec, 0x10, 0x75, 0x06, 0x48, 0x83, 0xc4, 0x10, 0x5b, 0xc3}).depth, 24);
  // push %rbp; mov %rsp, %rbp; leave
  EXPECT_EQ(shape({0x55, 0x48, 0x89, 0xe5, 0xc9}).depth, 0);
}

TEST(BareCode, knows_calls) {
  EXPECT_TRUE(ends_with_call(bytes({0x90, 0x90, 0xe8, 1, 2, 3, 4})));                // call there
  EXPECT_TRUE(ends_with_call(bytes({0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xd0})));    // call *%rax
  EXPECT_TRUE(ends_with_call(bytes({0x90, 0xff, 0x15, 1, 2, 3, 4})));                // call *there(%rip)
  EXPECT_FALSE(ends_with_call(bytes({0x90, 0x90, 0xe9, 1, 2, 3, 4})));               // jmp there
  EXPECT_FALSE(ends_with_call(bytes({0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xe0})));   // jmp *%rax
  EXPECT_FALSE(ends_with_call({}));
}

}  // namespace
}  // namespace target::symbols
