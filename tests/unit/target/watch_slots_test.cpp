#include "target/breakpoints/watch_slots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace target::breakpoints {
namespace {

using arch::amd64::control_value;
using arch::amd64::DebugCondition;
using arch::amd64::DebugSlot;
using testing::HasSubstr;

AddressRange range(std::uint64_t begin, std::uint64_t bytes) { return {Address{begin}, Address{begin + bytes}}; }

std::size_t used(const WatchSlots& slots) {
  std::size_t n = 0;
  for (const auto& slot : slots.registers()) n += slot.used() ? 1 : 0;
  return n;
}

TEST(DebugRegisters, encode_control_as_the_processor_wants_it) {
  using Slots = arch::amd64::DebugSlots;
  EXPECT_EQ(control_value(Slots{}), 0u);
  EXPECT_EQ(control_value(Slots{DebugSlot{Address{1}, 1, DebugCondition::Execute}}), 0x1u);
  EXPECT_EQ(control_value(Slots{DebugSlot{Address{0}, 4, DebugCondition::Write}}), 0xd0001u);
  EXPECT_EQ(control_value(Slots{DebugSlot{}, DebugSlot{Address{0}, 8, DebugCondition::ReadWrite}}), 0xb00004u);
  EXPECT_EQ(control_value(Slots{DebugSlot{}, DebugSlot{}, DebugSlot{}, DebugSlot{Address{0}, 2, DebugCondition::Write}}),
            0x50000040u);
}

TEST(WatchSlots, takes_one_register_for_an_aligned_watchpoint) {
  for (const unsigned bytes : {1u, 2u, 4u, 8u}) {
    WatchSlots slots;
    ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000, bytes)));
    EXPECT_EQ(slots.registers()[0], (DebugSlot{Address{0x1000}, static_cast<std::uint8_t>(bytes), DebugCondition::Write}));
    EXPECT_EQ(used(slots), 1u);
  }
}

TEST(WatchSlots, covers_odd_ranges_with_aligned_pieces_that_do_not_overlap) {
  for (std::uint64_t begin = 0x1000; begin < 0x1008; ++begin)
    for (std::uint64_t bytes = 1; bytes <= 16; ++bytes) {
      WatchSlots slots;
      if (!slots.watch(WatchKind::Write, range(begin, bytes))) continue;
      auto at = Address{begin};
      for (const auto& slot : slots.registers()) {
        if (!slot.used()) continue;
        EXPECT_EQ(slot.at, at);
        EXPECT_EQ(slot.at.value % slot.bytes, 0u);
        at = at + slot.bytes;
      }
      EXPECT_EQ(at, Address{begin + bytes}) << begin << "+" << bytes;
    }
}

TEST(WatchSlots, fits_what_fits) {
  WatchSlots slots;
  EXPECT_TRUE(slots.watch(WatchKind::Write, range(0x1000, 32)));
  EXPECT_EQ(used(slots), 4u);
  WatchSlots other;
  EXPECT_FALSE(other.watch(WatchKind::Write, range(0x1000, 33)));
  EXPECT_FALSE(other.watch(WatchKind::Write, range(0x1001, 31)));
  EXPECT_FALSE(other.watch(WatchKind::Write, range(0x1000, ~std::uint64_t{0} - 0x1000)));
  EXPECT_EQ(used(other), 0u);
  EXPECT_TRUE(other.empty());
}

TEST(WatchSlots, refuses_a_fifth_and_says_what_fills_the_registers) {
  WatchSlots slots;
  for (std::uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000 + 8 * i, 8)));
  ASSERT_TRUE(slots.break_at(Address{0x401001}));
  const auto before = slots.registers();
  const auto refused = slots.watch(WatchKind::Access, range(0x2000, 4));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ENOSPC);
  EXPECT_THAT(refused.error().message, HasSubstr("0x1010/8 (write)"));
  EXPECT_THAT(refused.error().message, HasSubstr("0x401001/1 (execute)"));
  EXPECT_EQ(slots.registers(), before);
}

TEST(WatchSlots, refuses_an_empty_range_and_one_that_wraps) {
  WatchSlots slots;
  EXPECT_EQ(slots.watch(WatchKind::Write, range(0x1000, 0)).error().code, EINVAL);
  EXPECT_EQ(slots.watch(WatchKind::Write, range(~std::uint64_t{0}, 2)).error().code, EINVAL);
}

TEST(WatchSlots, counts_twice_as_once) {
  WatchSlots slots;
  ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000, 8)));
  ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000, 8)));
  EXPECT_TRUE(slots.unwatch(WatchKind::Write, range(0x1000, 8)));
  EXPECT_FALSE(slots.unwatch(WatchKind::Write, range(0x1000, 8)));
  EXPECT_TRUE(slots.empty());
  EXPECT_EQ(used(slots), 0u);
}

TEST(WatchSlots, leaves_the_others_where_they_are_when_one_goes) {
  WatchSlots slots;
  for (std::uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000 + 8 * i, 8)));
  const auto before = slots.registers();
  ASSERT_TRUE(slots.unwatch(WatchKind::Write, range(0x1008, 8)));
  EXPECT_FALSE(slots.registers()[1].used());
  for (const std::size_t i : {0u, 2u, 3u}) EXPECT_EQ(slots.registers()[i], before[i]);
  ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x2000, 8)));
  EXPECT_EQ(slots.registers()[1].at, Address{0x2000});
}

TEST(WatchSlots, shares_a_register_between_watchpoints_that_need_the_same) {
  WatchSlots slots;
  ASSERT_TRUE(slots.watch(WatchKind::Access, range(0x1000, 8)));
  ASSERT_TRUE(slots.watch(WatchKind::Read, range(0x1000, 8)));
  EXPECT_EQ(used(slots), 1u);
  ASSERT_TRUE(slots.unwatch(WatchKind::Read, range(0x1000, 8)));
  EXPECT_EQ(used(slots), 1u);
}

TEST(WatchSlots, tells_what_was_hit) {
  WatchSlots slots;
  ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000, 8)));
  ASSERT_TRUE(slots.watch(WatchKind::Read, range(0x2000, 4)));
  ASSERT_TRUE(slots.break_at(Address{0x401003}));
  EXPECT_FALSE(slots.hit(0));
  EXPECT_EQ(std::get<WatchpointHit>(*slots.hit(1)).at, Address{0x1000});
  EXPECT_EQ(std::get<WatchpointHit>(*slots.hit(1)).kind, WatchKind::Write);
  EXPECT_EQ(std::get<WatchpointHit>(*slots.hit(2)).kind, WatchKind::Read);
  EXPECT_EQ(std::get<HardwareBreakpointHit>(*slots.hit(4)).at, Address{0x401003});
  EXPECT_TRUE(slots.breaks_at(Address{0x401003}));
  EXPECT_FALSE(slots.breaks_at(Address{0x1000}));
}

TEST(WatchSlots, minds_no_status_of_registers_that_it_does_not_use) {
  WatchSlots slots;
  ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000, 8)));
  EXPECT_FALSE(slots.hit(0xe));
  EXPECT_FALSE(slots.hit(0x4000));  // BS: a single step
}

TEST(WatchSlots, puts_a_breakpoint_before_a_watchpoint_when_both_were_hit) {
  WatchSlots slots;
  ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000, 8)));
  ASSERT_TRUE(slots.break_at(Address{0x401003}));
  EXPECT_TRUE(std::holds_alternative<HardwareBreakpointHit>(*slots.hit(3)));
}

TEST(WatchSlots, finds_the_piece_of_a_range_that_was_hit) {
  WatchSlots slots;
  ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000, 16)));
  EXPECT_EQ(std::get<WatchpointHit>(*slots.hit(2)).at, Address{0x1008});
}

TEST(WatchSlots, clears_everything) {
  WatchSlots slots;
  ASSERT_TRUE(slots.watch(WatchKind::Write, range(0x1000, 16)));
  slots.clear();
  EXPECT_TRUE(slots.empty());
  EXPECT_EQ(used(slots), 0u);
}

}  // namespace
}  // namespace target::breakpoints
