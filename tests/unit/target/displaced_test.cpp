#include "target/arch/amd64/displaced.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace target::arch::amd64 {
namespace {

constexpr Address home{0x401000};
constexpr Address away{0x3ff000};

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> code;
  for (const int value : values) code.push_back(static_cast<std::byte>(value));
  return code;
}

std::optional<Displaced> displaced(std::initializer_list<int> instruction, Address to = away) {
  auto code = bytes(instruction);
  code.resize(longest_instruction, std::byte{0x90});
  return Displaced::make(code, home, to);
}

std::vector<std::byte> code_of(const Displaced& copy) { return {copy.code().begin(), copy.code().end()}; }

TEST(Displaced, copies_a_plain_instruction) {
  const auto push = displaced({0x55});
  ASSERT_TRUE(push);
  EXPECT_EQ(code_of(*push), bytes({0x55}));
  EXPECT_EQ(push->at_home(away), home);
  EXPECT_EQ(push->at_home(away + 1), home + 1);
  EXPECT_EQ(push->at_home(Address{0x7000}), Address{0x7000});
}

TEST(Displaced, keeps_the_meaning_of_addresses_relative_to_the_pc) {
  // mov eax, [rip + 0x10]
  const auto load = displaced({0x8b, 0x05, 0x10, 0x00, 0x00, 0x00});
  ASSERT_TRUE(load);
  EXPECT_EQ(code_of(*load), bytes({0x8b, 0x05, 0x10, 0x20, 0x00, 0x00}));
  // cmp dword [rip + 0x10], 5: an immediate follows the distance
  const auto compare = displaced({0x83, 0x3d, 0x10, 0x00, 0x00, 0x00, 0x05});
  ASSERT_TRUE(compare);
  EXPECT_EQ(code_of(*compare), bytes({0x83, 0x3d, 0x10, 0x20, 0x00, 0x00, 0x05}));
  EXPECT_FALSE(displaced({0x8b, 0x05, 0x10, 0x00, 0x00, 0x00}, Address{0x7f0000000000}));
  // jmp [rip + 0x10]
  const auto jump = displaced({0xff, 0x25, 0x10, 0x00, 0x00, 0x00});
  ASSERT_TRUE(jump);
  EXPECT_EQ(code_of(*jump), bytes({0xff, 0x25, 0x10, 0x20, 0x00, 0x00}));
  EXPECT_EQ(jump->at_home(Address{0x555555}), Address{0x555555});
}

TEST(Displaced, brings_home_what_branches_relative_to_itself) {
  for (const auto& branch : {displaced({0xeb, 0x10}), displaced({0x74, 0x10}), displaced({0xe2, 0x10})}) {
    ASSERT_TRUE(branch);
    EXPECT_EQ(branch->at_home(away + 0x12), home + 0x12);
    EXPECT_EQ(branch->at_home(away + 2), home + 2);
    EXPECT_FALSE(branch->is_call());
  }
}

TEST(Displaced, knows_what_leaves_an_address_behind) {
  const auto call = displaced({0xe8, 0x00, 0x01, 0x00, 0x00});
  ASSERT_TRUE(call);
  EXPECT_TRUE(call->is_call());
  EXPECT_EQ(call->home_return(), home + 5);
  EXPECT_EQ(call->at_home(away + 0x105), home + 0x105);
  const auto indirect = displaced({0xff, 0xd0});
  ASSERT_TRUE(indirect);
  EXPECT_TRUE(indirect->is_call());
  EXPECT_EQ(indirect->at_home(Address{0x999}), Address{0x999});
  const auto syscall = displaced({0x0f, 0x05});
  ASSERT_TRUE(syscall);
  EXPECT_TRUE(syscall->is_syscall());
  EXPECT_EQ(syscall->behind(), away + 2);
}

TEST(Displaced, leaves_returns_where_they_lead) {
  const auto ret = displaced({0xc3});
  ASSERT_TRUE(ret);
  EXPECT_FALSE(ret->is_call());
  EXPECT_EQ(ret->at_home(Address{0x404040}), Address{0x404040});
  EXPECT_EQ(ret->at_home(away), home);
}

TEST(Displaced, leaves_at_home_what_cannot_run_elsewhere) {
  EXPECT_FALSE(displaced({0xcc}));              // int3
  EXPECT_FALSE(displaced({0x48, 0xcf}));        // iretq
  EXPECT_FALSE(displaced({0xcb}));              // retf
  EXPECT_FALSE(displaced({0xff, 0x28}));        // jmp far [rax]
  EXPECT_FALSE(displaced({0xc7, 0xf8, 0, 0, 0, 0}));  // xbegin
  EXPECT_FALSE(displaced({0x66, 0xe9, 0, 0, 0, 0}));  // jmp, cut to 16 bits on some processors
  EXPECT_FALSE(displaced({0x06}));              // nothing in 64-bit mode
  EXPECT_FALSE(Displaced::make(bytes({0x48, 0xb8, 0x01}), home, away)) << "cut off";
}

}  // namespace
}  // namespace target::arch::amd64
