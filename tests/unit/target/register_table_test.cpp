#include "target/arch/amd64/register_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/user.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "target/arch/amd64/extended_state.hpp"

namespace target::arch::amd64 {
namespace {

const std::vector<RegisterSpec>& registers() { return register_layout().registers; }

std::vector<std::string> names_of(std::string_view feature) {
  std::vector<std::string> names;
  for (const auto& spec : registers())
    if (spec.feature == feature) names.emplace_back(spec.name);
  return names;
}

std::vector<std::string> numbered(const std::string& prefix, int first, int count, const std::string& suffix = "") {
  std::vector<std::string> names;
  for (int i = first; i < first + count; ++i) names.push_back(prefix + std::to_string(i) + suffix);
  return names;
}

std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists) {
  std::vector<std::string> all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

const RegisterSpec& named(std::string_view name) {
  for (const auto& spec : registers())
    if (spec.name == name) return spec;
  ADD_FAILURE() << "no register " << name;
  return registers().front();
}

// gdb's features/i386/64bit-*.xml, which it falls back on for the g packet.
TEST(RegisterTable, has_gdbs_core_registers_in_gdbs_order) {
  EXPECT_EQ(names_of("org.gnu.gdb.i386.core"),
            joined({{"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp"}, numbered("r", 8, 8),
                    {"rip", "eflags", "cs", "ss", "ds", "es", "fs", "gs"}, numbered("st", 0, 8),
                    {"fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop"}}));
  EXPECT_EQ(names_of("org.gnu.gdb.i386.sse"), joined({numbered("xmm", 0, 16), {"mxcsr"}}));
  EXPECT_EQ(names_of("org.gnu.gdb.i386.linux"), (std::vector<std::string>{"orig_rax"}));
  EXPECT_EQ(names_of("org.gnu.gdb.i386.segments"), (std::vector<std::string>{"fs_base", "gs_base"}));
}

TEST(RegisterTable, has_the_vector_registers_of_this_processor_in_gdbs_order) {
  const auto avx = names_of("org.gnu.gdb.i386.avx");
  if (!avx.empty()) EXPECT_EQ(avx, numbered("ymm", 0, 16, "h"));
  const auto avx512 = names_of("org.gnu.gdb.i386.avx512");
  if (avx512.empty()) GTEST_SKIP() << "no AVX-512 here";
  EXPECT_EQ(avx512, joined({numbered("xmm", 16, 16), numbered("ymm", 16, 16, "h"), numbered("k", 0, 8),
                            numbered("zmm", 0, 32, "h")}));
}

TEST(RegisterTable, opens_no_feature_twice) {
  std::set<std::string_view> seen;
  std::string_view current;
  for (const auto& spec : registers()) {
    if (spec.feature == current) continue;
    current = spec.feature;
    EXPECT_TRUE(seen.insert(current).second) << current;
  }
}

TEST(RegisterTable, lays_out_the_g_packet_without_gaps) {
  const auto& layout = register_layout();
  ASSERT_EQ(layout.wire_offsets.size(), layout.registers.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < layout.registers.size(); ++i) {
    EXPECT_EQ(layout.wire_offsets[i], at) << layout.registers[i].name;
    EXPECT_EQ(layout.registers[i].bits % 8, 0);
    at += layout.registers[i].bytes();
  }
  EXPECT_EQ(layout.wire_bytes, at);
}

TEST(RegisterTable, has_the_size_that_gdb_computes_for_core_sse_linux_and_segments) {
  std::size_t bytes = 0;
  for (const auto& spec : registers())
    if (spec.feature != "org.gnu.gdb.i386.avx" && spec.feature != "org.gnu.gdb.i386.avx512" &&
        spec.feature != "org.gnu.gdb.i386.pkeys")
      bytes += spec.bytes();
  EXPECT_EQ(bytes, 560u);
}

TEST(RegisterTable, gives_no_byte_to_two_registers) {
  std::map<std::pair<bool, std::size_t>, std::string_view> owners;
  for (const auto& spec : registers()) {
    const bool general = spec.home == RegisterHome::General;
    const std::size_t end = general ? sizeof(user_regs_struct) : extended_state_bytes();
    ASSERT_LE(spec.offset + spec.home_bytes, end) << spec.name;
    for (std::size_t i = 0; i < spec.home_bytes; ++i) {
      const auto [entry, fresh] = owners.try_emplace({general, spec.offset + i}, spec.name);
      EXPECT_TRUE(fresh) << spec.name << " and " << entry->second << " share a byte";
    }
  }
}

TEST(RegisterTable, keeps_clear_of_the_xsave_header) {
  for (const auto& spec : registers())
    if (spec.home != RegisterHome::General)
      EXPECT_TRUE(spec.offset + spec.home_bytes <= xstate_bv_offset || spec.offset >= xstate_bv_offset + 64) << spec.name;
}

TEST(RegisterTable, names_nothing_twice) {
  std::set<std::string_view> names;
  std::set<int> dwarf;
  std::set<std::string_view> roles;
  for (const auto& spec : registers()) {
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    if (spec.dwarf >= 0) EXPECT_TRUE(dwarf.insert(spec.dwarf).second) << spec.name;
    if (!spec.generic.empty()) EXPECT_TRUE(roles.insert(spec.generic).second) << spec.name;
  }
  for (const auto* role : {"pc", "sp", "fp", "arg1", "arg2", "arg3", "arg4", "arg5", "arg6"})
    EXPECT_TRUE(roles.contains(role)) << role;
}

// psABI for x86-64, figure 3.36: not the order of the g packet.
TEST(RegisterTable, has_the_dwarf_numbers_of_the_abi) {
  const std::map<std::string, int> numbers{{"rax", 0},  {"rdx", 1},   {"rcx", 2},     {"rbx", 3},      {"rsi", 4},
                                           {"rdi", 5},  {"rbp", 6},   {"rsp", 7},     {"r8", 8},       {"r15", 15},
                                           {"rip", 16}, {"xmm0", 17}, {"xmm15", 32},  {"st0", 33},     {"st7", 40},
                                           {"eflags", 49}, {"es", 50}, {"cs", 51},    {"ss", 52},      {"ds", 53},
                                           {"fs", 54},  {"gs", 55},   {"fs_base", 58}, {"gs_base", 59}, {"mxcsr", 64},
                                           {"fctrl", 65}, {"fstat", 66}};
  for (const auto& [name, number] : numbers) EXPECT_EQ(named(name).dwarf, number) << name;
}

TEST(RegisterTable, knows_which_registers_have_a_role) {
  const auto& layout = register_layout();
  EXPECT_EQ(layout.registers[layout.pc].name, "rip");
  EXPECT_EQ(layout.registers[layout.sp].name, "rsp");
  EXPECT_EQ(layout.registers[layout.fp].name, "rbp");
  EXPECT_EQ(named("rdi").generic, "arg1");
  EXPECT_EQ(named("r9").generic, "arg6");
  EXPECT_EQ(layout.architecture, "i386:x86-64");
}

// lldb reads expedited registers only with numbers of two hex digits.
TEST(RegisterTable, has_less_than_256_registers) { EXPECT_LT(registers().size(), 256u); }

}  // namespace
}  // namespace target::arch::amd64
