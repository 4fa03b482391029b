#include "target/arch/i386/register_table.hpp"

#include <gtest/gtest.h>
#include <sys/user.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "target/arch/amd64/register_table.hpp"

namespace target::arch::i386 {
namespace {

const std::vector<RegisterSpec>& registers() { return register_layout().registers; }

std::string names_of(std::string_view feature) {
  std::string names;
  for (const auto& spec : registers())
    if (spec.feature == feature) names += std::string(spec.name) + " ";
  return names;
}

const RegisterSpec& named(std::string_view name) {
  for (const auto& spec : registers())
    if (spec.name == name) return spec;
  ADD_FAILURE() << "no register " << name;
  return registers().front();
}

// gdb's features/i386/32bit-*.xml, whose order is that of the g packet.
TEST(I386RegisterTable, has_gdbs_registers_in_gdbs_order) {
  EXPECT_EQ(names_of("org.gnu.gdb.i386.core"),
            "eax ecx edx ebx esp ebp esi edi eip eflags cs ss ds es fs gs st0 st1 st2 st3 st4 st5 st6 st7 "
            "fctrl fstat ftag fiseg fioff foseg fooff fop ");
  EXPECT_EQ(names_of("org.gnu.gdb.i386.sse"), "xmm0 xmm1 xmm2 xmm3 xmm4 xmm5 xmm6 xmm7 mxcsr ");
  EXPECT_EQ(names_of("org.gnu.gdb.i386.linux"), "orig_eax ");
  EXPECT_EQ(names_of("org.gnu.gdb.i386.segments"), "");
}

TEST(I386RegisterTable, has_the_vector_registers_of_this_processor) {
  const auto avx = names_of("org.gnu.gdb.i386.avx");
  if (!avx.empty()) EXPECT_EQ(avx, "ymm0h ymm1h ymm2h ymm3h ymm4h ymm5h ymm6h ymm7h ");
  const auto avx512 = names_of("org.gnu.gdb.i386.avx512");
  if (avx512.empty()) GTEST_SKIP() << "no AVX-512 here";
  EXPECT_EQ(avx512, "k0 k1 k2 k3 k4 k5 k6 k7 zmm0h zmm1h zmm2h zmm3h zmm4h zmm5h zmm6h zmm7h ");
}

TEST(I386RegisterTable, lays_out_the_g_packet_without_gaps) {
  const auto& layout = register_layout();
  std::size_t at = 0;
  for (std::size_t i = 0; i < layout.registers.size(); ++i) {
    EXPECT_EQ(layout.wire_offsets[i], at) << layout.registers[i].name;
    at += layout.registers[i].bytes();
  }
  EXPECT_EQ(layout.wire_bytes, at);
}

// gdb 13: "Remote 'g' packet reply is too long (expected 312 bytes, ...)".
TEST(I386RegisterTable, begins_with_what_gdb_expects_without_a_description) {
  EXPECT_EQ(register_layout().undescribed_bytes, 312u);
  EXPECT_EQ(amd64::register_layout().undescribed_bytes, 560u);
}

// The kernel gives a 64-bit tracer the same structures for a 32-bit thread.
TEST(I386RegisterTable, finds_each_register_where_the_64_bit_one_is) {
  std::map<std::string, const RegisterSpec*> wide;
  for (const auto& spec : amd64::register_layout().registers) wide[std::string(spec.name)] = &spec;
  for (const auto& spec : registers()) {
    auto name = std::string(spec.name);
    if (name == "orig_eax") name = "orig_rax";
    if (name.size() == 3 && name.front() == 'e') name.front() = 'r';
    ASSERT_TRUE(wide.contains(name)) << name;
    EXPECT_EQ(spec.home, wide[name]->home) << name;
    EXPECT_EQ(spec.offset, wide[name]->offset) << name;
    EXPECT_EQ(spec.home_bytes, wide[name]->home_bytes) << name;
  }
}

TEST(I386RegisterTable, names_nothing_twice) {
  std::set<std::string_view> names;
  std::set<int> dwarf;
  for (const auto& spec : registers()) {
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    if (spec.dwarf >= 0) EXPECT_TRUE(dwarf.insert(spec.dwarf).second) << spec.name;
  }
}

// System V ABI for i386, table 2.14.
TEST(I386RegisterTable, has_the_dwarf_numbers_of_the_abi) {
  const std::map<std::string, int> numbers{{"eax", 0},    {"ecx", 1},    {"edx", 2},   {"ebx", 3},   {"esp", 4},
                                           {"ebp", 5},    {"esi", 6},    {"edi", 7},   {"eip", 8},   {"eflags", 9},
                                           {"st0", 11},   {"st7", 18},   {"xmm0", 21}, {"xmm7", 28}, {"fctrl", 37},
                                           {"fstat", 38}, {"mxcsr", 39}, {"es", 40},   {"cs", 41},   {"ss", 42},
                                           {"ds", 43},    {"fs", 44},    {"gs", 45}};
  for (const auto& [name, number] : numbers) EXPECT_EQ(named(name).dwarf, number) << name;
}

TEST(I386RegisterTable, knows_which_registers_have_a_role) {
  const auto& layout = register_layout();
  EXPECT_EQ(layout.registers[layout.pc].name, "eip");
  EXPECT_EQ(layout.registers[layout.sp].name, "esp");
  EXPECT_EQ(layout.registers[layout.fp].name, "ebp");
  EXPECT_EQ(layout.architecture, "i386");
  EXPECT_EQ(layout.word_bytes, 4u);
}

TEST(I386RegisterTable, extends_the_sign_of_what_the_restart_logic_reads) {
  for (const auto& spec : registers())
    EXPECT_EQ(spec.sign_extended, spec.name == "eax" || spec.name == "orig_eax") << spec.name;
}

}  // namespace
}  // namespace target::arch::i386
