#include "target/breakpoints/breakpoint_table.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "tests/support/fake_memory.hpp"

namespace target::breakpoints {
namespace {

constexpr Address start{0x1000};
constexpr std::size_t size = 64;

class Breakpoints : public testing::Test {
 protected:
  Breakpoints() {
    for (std::size_t i = 0; i < size; ++i) memory.at(start + i) = std::byte{static_cast<unsigned char>(i)};
  }

  // What the client sees from `from` on.
  std::vector<std::byte> seen(Address from, std::size_t count) {
    std::vector<std::byte> bytes(count);
    const auto got = memory.read(from, bytes);
    EXPECT_TRUE(got);
    bytes.resize(got.value_or(0));
    table.mask(from, bytes);
    return bytes;
  }
  bool trap_at(Address at) { return memory.at(at) == trap_instruction; }
  std::byte original(Address at) { return std::byte{static_cast<unsigned char>(at - start)}; }

  support::FakeMemory memory{start, size};
  BreakpointTable table{memory};
};

TEST_F(Breakpoints, plants_a_trap_and_takes_it_out_again) {
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  EXPECT_TRUE(trap_at(at));
  EXPECT_TRUE(table.armed(at));
  EXPECT_TRUE(table.remove(at));
  table.commit();
  EXPECT_EQ(memory.at(at), original(at));
  EXPECT_FALSE(table.armed(at));
  EXPECT_FALSE(table.any_planted());
}

TEST_F(Breakpoints, fails_where_there_is_no_memory_and_remembers_nothing) {
  const auto planted = table.insert(Address{0x10});
  ASSERT_FALSE(planted);
  EXPECT_EQ(planted.error().code, EFAULT);
  EXPECT_FALSE(table.armed(Address{0x10}));
  EXPECT_FALSE(table.remove(Address{0x10}));
}

TEST_F(Breakpoints, counts_twice_as_once) {
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  ASSERT_TRUE(table.insert(at));
  EXPECT_TRUE(table.remove(at));
  EXPECT_FALSE(table.remove(at));
  table.commit();
  EXPECT_EQ(memory.at(at), original(at));
}

// gdb takes all of its breakpoints out at each stop and puts them back before each resume.
TEST_F(Breakpoints, touches_no_memory_when_one_is_removed_and_inserted_again) {
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  const int reads = memory.reads, writes = memory.writes;
  for (int round = 0; round < 10; ++round) {
    EXPECT_TRUE(table.remove(at));
    ASSERT_TRUE(table.insert(at));
    table.commit();
  }
  EXPECT_EQ(memory.reads, reads);
  EXPECT_EQ(memory.writes, writes);
  EXPECT_TRUE(trap_at(at));
}

TEST_F(Breakpoints, is_not_armed_between_removal_and_commit) {
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  table.remove(at);
  EXPECT_FALSE(table.armed(at));
  EXPECT_EQ(seen(at, 1)[0], original(at));
}

TEST_F(Breakpoints, hides_its_traps_from_every_read_that_touches_them) {
  for (const std::uint64_t offset : {0u, 5u, 6u, 63u}) ASSERT_TRUE(table.insert(start + offset));
  for (std::size_t from = 0; from < size; ++from)
    for (std::size_t count = 1; count <= size - from; ++count) {
      const auto bytes = seen(start + from, count);
      for (std::size_t i = 0; i < bytes.size(); ++i) ASSERT_EQ(bytes[i], original(start + from + i));
    }
}

TEST_F(Breakpoints, shows_the_programs_own_int3) {
  memory.at(start + 8) = trap_instruction;
  ASSERT_TRUE(table.insert(start + 7));
  EXPECT_EQ(seen(start + 8, 1)[0], trap_instruction);
}

TEST_F(Breakpoints, writes_under_its_traps) {
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  std::vector<std::byte> fresh(16);
  for (std::size_t i = 0; i < fresh.size(); ++i) fresh[i] = std::byte{static_cast<unsigned char>(0xa0 + i)};
  ASSERT_TRUE(table.write(start, fresh));
  EXPECT_TRUE(trap_at(at));
  EXPECT_EQ(seen(start, fresh.size()), fresh);
  table.remove(at);
  table.commit();
  EXPECT_EQ(memory.at(at), fresh[5]);
}

TEST_F(Breakpoints, leaves_the_caller_the_bytes_it_writes) {
  ASSERT_TRUE(table.insert(start));
  const std::vector<std::byte> bytes{std::byte{1}, std::byte{2}};
  ASSERT_TRUE(table.write(start, bytes));
  EXPECT_EQ(bytes[0], std::byte{1});
}

TEST_F(Breakpoints, keeps_what_a_trap_was_written_over_itself) {
  // A client that patches its own int3 in (lldb without Z0) and takes it out again.
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  ASSERT_TRUE(table.write(at, std::vector{trap_instruction}));
  EXPECT_EQ(seen(at, 1)[0], trap_instruction);
  ASSERT_TRUE(table.write(at, std::vector{original(at)}));
  EXPECT_TRUE(trap_at(at));
  EXPECT_EQ(seen(at, 1)[0], original(at));
}

TEST_F(Breakpoints, leaves_a_site_while_a_thread_steps_over_it) {
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  table.lift(at);
  EXPECT_EQ(memory.at(at), original(at));
  EXPECT_FALSE(table.armed(at));
  ASSERT_TRUE(table.replant(at));
  EXPECT_TRUE(trap_at(at));
  EXPECT_TRUE(table.armed(at));
}

TEST_F(Breakpoints, replants_nothing_that_was_removed_meanwhile) {
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  table.lift(at);
  table.remove(at);
  ASSERT_TRUE(table.replant(at));
  EXPECT_EQ(memory.at(at), original(at));
  ASSERT_TRUE(table.replant(start + 9));
  EXPECT_EQ(memory.at(start + 9), original(start + 9));
}

TEST_F(Breakpoints, sees_what_the_program_wrote_while_a_site_was_lifted) {
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  table.lift(at);
  memory.at(at) = std::byte{0x90};
  ASSERT_TRUE(table.replant(at));
  EXPECT_EQ(seen(at, 1)[0], std::byte{0x90});
}

TEST_F(Breakpoints, gets_out_of_the_way_of_a_vfork_child_and_comes_back) {
  const auto at = start + 5;
  ASSERT_TRUE(table.insert(at));
  table.suspend();
  table.suspend();
  EXPECT_FALSE(trap_at(at));
  ASSERT_TRUE(table.insert(start + 6));
  EXPECT_FALSE(trap_at(start + 6));
  table.resume();
  EXPECT_FALSE(trap_at(at));
  table.resume();
  EXPECT_TRUE(trap_at(at));
  EXPECT_TRUE(trap_at(start + 6));
  table.resume();
  EXPECT_FALSE(table.suspended());
}

TEST_F(Breakpoints, brings_nothing_back_that_was_removed_while_suspended) {
  ASSERT_TRUE(table.insert(start + 5));
  ASSERT_TRUE(table.insert(start + 6));
  table.suspend();
  table.remove(start + 5);
  table.resume();
  EXPECT_EQ(memory.at(start + 5), original(start + 5));
  EXPECT_TRUE(trap_at(start + 6));
  table.suspend();
  table.remove(start + 6);
  table.commit();
  table.resume();
  EXPECT_EQ(memory.at(start + 6), original(start + 6));
}

TEST_F(Breakpoints, cleans_the_copy_that_a_fork_makes) {
  ASSERT_TRUE(table.insert(start + 5));
  ASSERT_TRUE(table.insert(start + 9));
  support::FakeMemory copy{start, size};
  for (std::size_t i = 0; i < size; ++i) copy.at(start + i) = memory.at(start + i);
  table.clean_copy(copy);
  for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(copy.at(start + i), original(start + i));
  EXPECT_TRUE(trap_at(start + 5));
}

TEST_F(Breakpoints, removes_all_at_once) {
  ASSERT_TRUE(table.insert(start + 5));
  ASSERT_TRUE(table.insert(start + 9));
  table.remove_all();
  EXPECT_FALSE(table.any_planted());
  EXPECT_EQ(memory.at(start + 9), original(start + 9));
}

TEST_F(Breakpoints, forgets_a_site_whose_memory_has_gone) {
  ASSERT_TRUE(table.insert(start + 5));
  memory.gone = true;
  table.remove(start + 5);
  table.commit();
  EXPECT_FALSE(table.any_planted());
}

}  // namespace
}  // namespace target::breakpoints
