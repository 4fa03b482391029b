#include "target/symbols/symbols.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/syscall_names.hpp"
#include "tests/support/traced_child.hpp"

extern "C" {
[[gnu::used]] int known_to_symbols_test(int x) { return x + 1; }
}

namespace target::symbols {
namespace {

using testing::HasSubstr;

Location parsed(std::string_view text) {
  const auto location = Location::parse(text);
  EXPECT_TRUE(location) << text;
  return location.value_or(Location{});
}

TEST(Location, HasSevenForms) {
  EXPECT_EQ(parsed("main").symbol, "main");
  EXPECT_EQ(parsed("main+0x10").offset, 16u);
  EXPECT_EQ(parsed("main+10").offset, 10u);
  EXPECT_EQ(parsed("libc.so.6!puts").module, "libc.so.6");
  EXPECT_EQ(parsed("libc.so.6!puts+4").offset, 4u);
  EXPECT_EQ(parsed("app.c:17").line, 17);
  EXPECT_EQ(parsed("app.c:17").file, "app.c");
  EXPECT_EQ(parsed("0x401000").address, Address{0x401000});
}

TEST(Location, KnowsNamesOfCxx) {
  EXPECT_EQ(parsed("Book::read").symbol, "Book::read");
  EXPECT_EQ(parsed("operator+").symbol, "operator+");
  EXPECT_EQ(parsed("operator!=").symbol, "operator!=");
  EXPECT_EQ(parsed("read(int, char*)+4").symbol, "read(int, char*)");
}

TEST(Location, SaysWhatIsWrong) {
  for (const auto* wrong : {"", "0x", "0xzz", "0x12345678901234567", "!puts", "libc!", "app.c:0", "app.c:x", "app.c:7+4"})
    EXPECT_FALSE(Location::parse(wrong)) << wrong;
}

class SymbolsOfAProcess : public testing::Test {
 protected:
  support::TracedChild child{[] { return 0; }};
  Symbols symbols{child.pid()};
  Address here{reinterpret_cast<std::uint64_t>(&known_to_symbols_test)};
};

TEST_F(SymbolsOfAProcess, AreFoundByName) {
  const auto found = symbols.find(parsed("known_to_symbols_test+1"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, here + 1);
}

TEST_F(SymbolsOfAProcess, AreFoundInTheirModule) {
  const auto place = symbols.describe(here);
  EXPECT_EQ(place.symbol, "known_to_symbols_test");
  const auto name = std::string(place.module.substr(place.module.rfind('/') + 1));
  EXPECT_EQ(symbols.find(parsed(name + "!known_to_symbols_test")).value_or(Address{}), here);
  EXPECT_EQ(symbols.find(parsed(name + "+" + std::to_string(place.offset))).value_or(Address{}), here);
  EXPECT_EQ(symbols.find(parsed(symbols.text(here + 2))).value_or(Address{}), here + 2);
}

TEST_F(SymbolsOfAProcess, ThatAreMissingAreNamed) {
  const auto missing = symbols.find(parsed("no_such_name"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ENOENT);
  EXPECT_THAT(missing.error().message, HasSubstr("no_such_name"));
  EXPECT_FALSE(symbols.find(parsed("no_such_module!main")));
  EXPECT_FALSE(symbols.find(parsed("no_such_file.c:7")));
}

TEST_F(SymbolsOfAProcess, DescribeNothingWhereNothingIs) { EXPECT_EQ(symbols.describe({16}).module, ""); }

TEST(SymbolsOfAFile, NeedAnElfFile) {
  EXPECT_EQ(Symbols::of_file("/proc/self/cmdline").error().code, ENOEXEC);
  EXPECT_FALSE(Symbols::of_file("/no/such/file"));
}

TEST(SyscallNames, GoBothWays) {
  EXPECT_EQ(syscall_name(0, SystemCallTable::Amd64), "read");
  EXPECT_EQ(syscall_name(0, SystemCallTable::I386), "restart_syscall");
  EXPECT_EQ(syscall_number("read", SystemCallTable::I386), 3);
  EXPECT_EQ(syscall_number("mmap2", SystemCallTable::Amd64), std::nullopt);
  EXPECT_EQ(syscall_name(-5, SystemCallTable::Amd64), "syscall_0xfffffffb");
}

}  // namespace
}  // namespace target::symbols
