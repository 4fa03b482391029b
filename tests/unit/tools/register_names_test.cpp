#include "tools/script/register_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/arch/amd64/register_table.hpp"
#include "target/arch/i386/register_table.hpp"

namespace tools::script {
namespace {

using namespace target::arch;

RegisterName known(const target::RegisterLayout& layout, std::string_view name) {
  const auto* found = RegisterNames::of(layout).find(name);
  EXPECT_NE(found, nullptr) << name;
  return found != nullptr ? *found : RegisterName{};
}

TEST(RegisterNames, KnowThePartsOfWideRegisters) {
  const auto& wide = amd64::register_layout();
  EXPECT_EQ(known(wide, "rax").bytes, 8u);
  EXPECT_EQ(known(wide, "ax").bytes, 2u);
  EXPECT_EQ(known(wide, "ah").first, 1u);
  EXPECT_EQ(known(wide, "sil").bytes, 1u);
  EXPECT_EQ(known(wide, "r8b").bytes, 1u);
  EXPECT_EQ(known(wide, "eax").whole->name, "rax");
}

TEST(RegisterNames, HalvesClearWhatIsAboveThem) {
  const auto& wide = amd64::register_layout();
  for (const auto* name : {"eax", "r8d", "esp"}) EXPECT_TRUE(known(wide, name).clears_rest) << name;
  for (const auto* name : {"rax", "ax", "al", "ah", "r8w"}) EXPECT_FALSE(known(wide, name).clears_rest) << name;
}

TEST(RegisterNames, KnowGeneralOnes) {
  const auto& wide = amd64::register_layout();
  EXPECT_EQ(known(wide, "sp").whole->name, "rsp");
  EXPECT_EQ(known(wide, "pc").whole->name, "rip");
  EXPECT_EQ(known(wide, "flags").whole->name, "eflags");
}

TEST(RegisterNames, OfNarrowProgramsAreNarrow) {
  const auto& narrow = i386::register_layout();
  EXPECT_EQ(known(narrow, "eax").bytes, 4u);
  EXPECT_FALSE(known(narrow, "eax").clears_rest);
  EXPECT_EQ(RegisterNames::of(narrow).find("rax"), nullptr);
  EXPECT_EQ(RegisterNames::of(narrow).find("sil"), nullptr);
  EXPECT_EQ(RegisterNames::of(narrow).find("nothing"), nullptr);
}

}  // namespace
}  // namespace tools::script
