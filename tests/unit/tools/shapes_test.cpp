#include "tools/syscalls/shapes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "target/syscall_names.hpp"

namespace tools::syscalls {
namespace {

using target::SystemCallTable;

TEST(Shapes, AreOfCallsThatThereAre) {
  for (const auto& shape : all_shapes())
    EXPECT_TRUE(target::syscall_number(shape.name, SystemCallTable::Amd64) || target::syscall_number(shape.name, SystemCallTable::I386))
        << shape.name;
}

TEST(Shapes, NameKindsThatThereAre) {
  for (const auto& shape : all_shapes()) {
    EXPECT_LE(shape.arguments.size(), 6u) << shape.name;
    for (const auto& argument : shape.arguments) {
      ASSERT_NE(argument.kind, nullptr) << shape.name;
      EXPECT_LT(argument.other, shape.arguments.size()) << shape.name;
    }
  }
}

TEST(Shapes, CoverAHundredCallsOnce) {
  std::multiset<std::string> names;
  for (const auto& shape : all_shapes()) names.insert(shape.name);
  EXPECT_GE(names.size(), 100u);
  for (const auto& name : names) EXPECT_EQ(names.count(name), 1u) << name;
}

TEST(Shapes, OfAnUnknownCallAreSixNumbers) {
  const auto& shape = shape_of(0xfff, SystemCallTable::Amd64);
  EXPECT_EQ(shape.name, "syscall_0xfff");
  EXPECT_EQ(shape.arguments.size(), 6u);
}

TEST(Shapes, DifferWhereTheTablesDo) {
  EXPECT_EQ(shape_of(*target::syscall_number("mmap", SystemCallTable::Amd64), SystemCallTable::Amd64).arguments.size(), 6u);
  EXPECT_EQ(shape_of(*target::syscall_number("mmap", SystemCallTable::I386), SystemCallTable::I386).arguments.size(), 1u);
}

}  // namespace
}  // namespace tools::syscalls
