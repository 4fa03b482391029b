#include "target/register_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <vector>

#include "target/arch/amd64/register_table.hpp"
#include "target/arch/i386/register_table.hpp"
#include "tests/support/traced_child.hpp"

namespace target {
namespace {

const RegisterLayout& layout() { return arch::amd64::register_layout(); }

const RegisterSpec& named(std::string_view name) {
  for (const auto& spec : layout().registers)
    if (spec.name == name) return spec;
  throw std::runtime_error("no register " + std::string(name));
}

bool exists(std::string_view name) {
  for (const auto& spec : layout().registers)
    if (spec.name == name) return true;
  return false;
}

class Registers : public testing::Test {
 protected:
  std::vector<std::byte> read(RegisterFile& file, std::string_view name) {
    std::vector<std::byte> bytes(named(name).bytes());
    EXPECT_TRUE(file.read(named(name), bytes)) << name;
    return bytes;
  }
  std::uint64_t number(RegisterFile& file, std::string_view name) {
    const auto bytes = read(file, name);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
    return value;
  }
  Result<void> set(RegisterFile& file, std::string_view name, std::uint64_t value) {
    std::vector<std::byte> bytes(named(name).bytes());
    std::memcpy(bytes.data(), &value, std::min(bytes.size(), sizeof value));
    return file.write(named(name), bytes);
  }
  RegisterFile fresh() { return RegisterFile(child.tid(), layout()); }

  support::TracedChild child{[] { return 11; }};
};

TEST_F(Registers, come_back_as_written_through_the_kernel) {
  for (const auto& spec : layout().registers) {
    if (spec.name.starts_with("k") || spec.type == "vec128" || spec.type == "uint128" || spec.type == "v2ui128" ||
        spec.name == "r12" || spec.name == "st3") {
      std::vector<std::byte> bytes(spec.bytes());
      for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte{static_cast<unsigned char>(i * 3 + 1)};
      auto file = fresh();
      ASSERT_TRUE(file.write(spec, bytes)) << spec.name;
      ASSERT_TRUE(file.flush()) << spec.name;
      auto again = fresh();
      EXPECT_EQ(read(again, spec.name), bytes) << spec.name;
    }
  }
}

TEST_F(Registers, are_read_once_and_forgotten_with_flush) {
  auto file = fresh();
  const auto before = number(file, "r12");
  auto other = fresh();
  ASSERT_TRUE(set(other, "r12", before + 1));
  ASSERT_TRUE(other.flush());
  EXPECT_EQ(number(file, "r12"), before);
  ASSERT_TRUE(file.flush());
  EXPECT_EQ(number(file, "r12"), before + 1);
}

TEST_F(Registers, go_to_the_kernel_as_soon_as_they_are_written) {
  auto file = fresh();
  ASSERT_TRUE(set(file, "r12", 0x1234));
  EXPECT_EQ(number(file, "r12"), 0x1234u);
  auto other = fresh();
  EXPECT_EQ(number(other, "r12"), 0x1234u);
}

TEST_F(Registers, keep_what_the_kernel_has_when_it_refuses) {
  auto file = fresh();
  const auto before = number(file, "cs");
  EXPECT_FALSE(set(file, "cs", 0));
  EXPECT_EQ(number(file, "cs"), before);
  EXPECT_TRUE(file.flush());
}

TEST_F(Registers, change_nothing_else) {
  auto file = fresh();
  std::vector<std::byte> before(layout().wire_bytes);
  ASSERT_TRUE(file.read_all(before));
  ASSERT_TRUE(set(file, "xmm5", 0x1122334455667788));
  ASSERT_TRUE(file.flush());
  std::vector<std::byte> after(layout().wire_bytes);
  ASSERT_TRUE(file.read_all(after));
  for (std::size_t i = 0; i < layout().registers.size(); ++i) {
    const auto& spec = layout().registers[i];
    const bool same = std::memcmp(&before[layout().wire_offsets[i]], &after[layout().wire_offsets[i]], spec.bytes()) == 0;
    EXPECT_EQ(same, spec.name != "xmm5") << spec.name;
  }
}

TEST_F(Registers, survive_being_written_all_at_once) {
  auto file = fresh();
  std::vector<std::byte> all(layout().wire_bytes);
  ASSERT_TRUE(file.read_all(all));
  ASSERT_TRUE(file.flush());
  ASSERT_TRUE(file.write_all(all));
  ASSERT_TRUE(file.flush());
  std::vector<std::byte> back(layout().wire_bytes);
  ASSERT_TRUE(file.read_all(back));
  EXPECT_EQ(back, all);
  EXPECT_EQ(child.resume_and_wait().exit_code, 11);
}

TEST_F(Registers, read_all_is_every_single_one_in_order) {
  auto file = fresh();
  std::vector<std::byte> all(layout().wire_bytes);
  ASSERT_TRUE(file.read_all(all));
  for (std::size_t i = 0; i < layout().registers.size(); ++i) {
    const auto single = read(file, layout().registers[i].name);
    EXPECT_EQ(std::memcmp(&all[layout().wire_offsets[i]], single.data(), single.size()), 0) << layout().registers[i].name;
  }
}

TEST_F(Registers, come_without_a_description_as_the_first_of_all) {
  auto file = fresh();
  std::vector<std::byte> all(layout().wire_bytes), first(layout().undescribed_bytes);
  ASSERT_TRUE(file.read_all(all));
  ASSERT_TRUE(file.read_all(first));
  EXPECT_TRUE(std::equal(first.begin(), first.end(), all.begin()));
  const auto before = number(file, "xmm5");
  ASSERT_TRUE(set(file, "xmm5", before + 1));
  ASSERT_TRUE(file.write_all(first));
  EXPECT_EQ(number(file, "xmm5"), before);
}

// Our own child has 64 bits, which shows what becomes of the upper half when a register of 32 is written.
TEST_F(Registers, of_32_bits_fill_their_home) {
  RegisterFile narrow(child.tid(), arch::i386::register_layout());
  const auto& registers = narrow.layout().registers;
  const auto write = [&](std::string_view name, std::uint32_t value) {
    const auto spec = std::find_if(registers.begin(), registers.end(), [&](auto& each) { return each.name == name; });
    return narrow.write(*spec, std::as_bytes(std::span(&value, 1)));
  };
  auto before = fresh();
  ASSERT_TRUE(set(before, "rbx", ~std::uint64_t{0}));
  ASSERT_TRUE(write("eax", static_cast<std::uint32_t>(-512)));
  ASSERT_TRUE(write("ebx", 0x80000000));
  ASSERT_TRUE(write("orig_eax", static_cast<std::uint32_t>(-1)));
  auto after = fresh();
  EXPECT_EQ(number(after, "rax"), static_cast<std::uint64_t>(-512));
  EXPECT_EQ(number(after, "rbx"), 0x80000000u);
  EXPECT_EQ(number(after, "orig_rax"), static_cast<std::uint64_t>(-1));
}

TEST_F(Registers, move_the_pc) {
  auto file = fresh();
  const auto pc = file.pc();
  ASSERT_TRUE(pc);
  EXPECT_EQ(pc->value, number(file, "rip"));
  ASSERT_TRUE(file.set_pc(*pc + 1));
  EXPECT_EQ(number(file, "rip"), pc->value + 1);
  ASSERT_TRUE(file.set_pc(*pc));
  ASSERT_TRUE(file.flush());
}

TEST_F(Registers, show_short_ones_in_their_size) {
  auto file = fresh();
  EXPECT_EQ(number(file, "cs"), 0x33u);
  EXPECT_EQ(number(file, "ss"), 0x2bu);
  EXPECT_EQ(read(file, "eflags").size(), 4u);
  // Without the flags of what this program has calculated before the fork.
  EXPECT_EQ(number(file, "mxcsr") & ~0x3fu, 0x1f80u);
  EXPECT_EQ(number(file, "fctrl"), 0x37fu);
}

// An x87 register in use shows in the tag word, and marking it empty sticks.
TEST_F(Registers, keep_the_x87_tags) {
  auto file = fresh();
  EXPECT_EQ(number(file, "ftag"), 0xffffu);
  ASSERT_TRUE(set(file, "ftag", 0x3fff));  // physical register 7 in use
  ASSERT_TRUE(set(file, "fstat", 7 << 11));
  ASSERT_TRUE(file.flush());
  EXPECT_EQ(number(file, "ftag"), 0x7fffu);  // which holds zero
  ASSERT_TRUE(set(file, "ftag", 0xffff));
  ASSERT_TRUE(file.flush());
  EXPECT_EQ(number(file, "ftag"), 0xffffu);
}

TEST_F(Registers, keep_the_lower_half_of_a_vector_register_when_the_upper_is_written) {
  if (!exists("ymm1h")) GTEST_SKIP() << "no AVX here";
  auto file = fresh();
  ASSERT_TRUE(set(file, "xmm1", 0xabcd));
  ASSERT_TRUE(set(file, "ymm1h", 0x1234));
  ASSERT_TRUE(file.flush());
  EXPECT_EQ(number(file, "xmm1"), 0xabcdu);
  EXPECT_EQ(number(file, "ymm1h"), 0x1234u);
}

// The kernel takes no null code segment: the client must hear of it, and the thread must still run.
TEST_F(Registers, are_lost_rather_than_the_thread_when_the_kernel_refuses_them) {
  auto file = fresh();
  const bool taken = set(file, "cs", 0) && file.flush();
  EXPECT_FALSE(taken);
  auto after = fresh();
  EXPECT_EQ(number(after, "cs"), 0x33u);
  EXPECT_EQ(child.resume_and_wait().exit_code, 11);
}

TEST_F(Registers, cannot_be_read_once_the_thread_has_gone) {
  child.resume_and_wait();
  auto file = fresh();
  std::vector<std::byte> bytes(8);
  EXPECT_EQ(file.read(named("rax"), bytes).error().code, ESRCH);
  EXPECT_EQ(file.pc().error().code, ESRCH);
  EXPECT_TRUE(file.flush());
}

}  // namespace
}  // namespace target
